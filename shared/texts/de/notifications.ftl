# Benachrichtigungen.

## Daten, Zeiten und Mengen

date = { $weekday ->
    [1] Mo.
    [2] Di.
    [3] Mi.
    [4] Do.
    [5] Fr.
    [6] Sa.
   *[7] So.
}, { $day }. { $month ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
} { $year }
on-date = am { $date }
from-to = vom { $first } bis { $last }
both-dates = { $first } und { $second }
hours = { $hours } Std.
minutes = { $minutes } Min.
seconds = { $seconds } Sek.
days = { $days ->
    [one] { $days } Tag
   *[other] { $days } Tage
}
days-exactly = { $days } ({ $exactly })

## Namen

somebody = Jemand
a-colleague = Jemand aus dem Team
with-a-colleague = jemand aus dem Team
names-and-more = { $names } und { $more } weitere
name-and-days = { $name } ({ $days })
leave-type = { $type ->
    [annual] Jahresurlaub
    [sick] Krankheitsurlaub
    [unpaid] unbezahlter Urlaub
   *[other] Urlaub „{ $name }“
}
report = { $report ->
    [attendance] „Anwesenheit“
    [lateness] „Verspätungen“
    [leave] „Urlaub“
    [monthly-work] „Arbeitszeit je Monat“
    [pay-rules-preview] „Vorschau der Zahlregeln“
    [settings-preview] „Vorschau der Einstellungen“
    [timesheets] „Stundenzettel“
    [trends] „Trends“
    [worked-hours] „Arbeitsstunden“
   *[other] „{ $report }“
}
and-more = Und { $more } weitere.

## Konten

registrations-pending =
    .title = { $count } Personen haben sich registriert
    .body = Sie möchten ein Konto: { $names }. Bitte jedes Konto aktivieren oder deaktivieren.
password-reset =
    .title = Dein Passwort wurde zurückgesetzt
    .body = { $by } hat dir ein vorläufiges Passwort gegeben. Lege bei der Anmeldung ein neues fest. Wenn du das nicht erwartet hast, wende dich an die Administration.
admin-password-reset =
    .title = Das Passwort von { $name } wurde zurückgesetzt
    .body = { $by } hat { $name } aus der Administration ein vorläufiges Passwort gegeben. Ist das unerwartet, deaktiviere das Konto.
pin-reset =
    .title = Deine Kiosk-PIN wurde geändert
    .body = { $by } hat eine neue PIN für dich festgelegt. Wenn du das nicht erwartet hast, wende dich an die Administration.
second-factor-reset =
    .title = Dein zweiter Faktor wurde entfernt
    .body = { $by } hat den zweiten Faktor deines Kontos entfernt. Wenn du das nicht erwartet hast, wende dich an die Administration.
kiosk-pins-failing =
    .title = Viele falsche PINs an { $kiosk }
    .body = Der Kiosk { $kiosk } nimmt jetzt nur alle 30 Sekunden eine PIN an. Prüfe, ob dort jemand PINs errät.
terminal-silent =
    .title = Das Terminal { $terminal } meldet sich nicht
    .body = Das Terminal { $terminal } hat sich zuletzt um { $time } gemeldet. Prüfe Strom und Netzwerk. Es behält Buchungen und sendet sie später.
terminal-clock-ahead =
    .title = Die Uhr von { $terminal } geht falsch
    .body = Die Uhr des Terminals { $terminal } geht { $duration } vor. Stelle sie: Buchungen mit einer Zeit in der Zukunft warten auf eine Entscheidung.
terminal-clock-behind =
    .title = Die Uhr von { $terminal } geht falsch
    .body = Die Uhr des Terminals { $terminal } geht { $duration } nach. Stelle sie und korrigiere die Buchungen seitdem.
webhook-paused =
    .title = Der Webhook { $webhook } wurde angehalten
    .body = { $reason ->
        [gone] Der Empfänger will keine Ereignisse mehr. Aktiviere den Webhook, um wieder Ereignisse zuzustellen.
       *[failing] Alle Zustellungen der letzten fünf Tage sind fehlgeschlagen. Aktiviere den Webhook, sobald der Empfänger wieder funktioniert.
    }
holiday-subscription-failed =
    .title = Der Feiertagskalender kann nicht gelesen werden
    .body = { $reason ->
        [refused] { $host } liefert den Kalender nicht aus. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
        [too_large] Der Kalender von { $host } ist größer als 512 KiB. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
        [not_a_calendar] Die Antwort von { $host } ist kein Kalender. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
        [no_sites] Kein Standort liegt in der Region des Kalenders von { $host }. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
        [too_many_holidays] Mit dem Kalender von { $host } hätte ein Jahr mehr als 200 Feiertage. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
       *[unreachable] { $host } ist nicht erreichbar. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfe die Adresse des Abonnements.
    }
registration-pending =
    .title = { $name } hat sich registriert
    .body = { $name } möchte ein Konto. Bitte aktivieren oder deaktivieren.

## Anwesenheit

late-arrival =
    .title = { $name } kam zu spät
    .body = { $name } hat am { $date } mit { $duration } Verspätung eingestempelt.
not-arrived =
    .title = { $name } ist nicht erschienen
    .body = { $name } hat zu einer Schicht vom { $date }, die schon begonnen hat, nicht eingestempelt.
people-not-arrived =
    .title = { $count } Personen sind nicht erschienen
    .body = Zu einer Schicht, die schon begonnen hat, nicht eingestempelt: { $names }.
days-to-review =
    .title = { $days ->
        [one] { $days } Tag wartet auf deine Prüfung
       *[other] { $days } Tage warten auf deine Prüfung
    }
    .body = Geschätzte Zeiten oder auffällige Stempelungen: { $names }. Der älteste Tag: { $date }.
absent =
    .title = { $name } hat gefehlt
    .body = Keine Stempelung am { $date }.
left-early =
    .title = { $name } ist früher gegangen
    .body = Die Ausstempelung am { $date } war { $duration } vor dem Ende der Schicht.
clock-out-reminder =
    .title = Arbeitest du noch?
    .body = Deine Schicht am { $date } endete um { $time }, und du bist noch eingestempelt. Stemple dich aus, falls du schon gegangen bist.
own-auto-clock-out =
    .title = Du wurdest ausgestempelt
    .body = Deine Sitzung vom { $date } war noch offen und endet um { $time } Uhr. Beantrage eine Korrektur, wenn das nicht stimmt.
auto-clock-out =
    .title = { $name } wurde ausgestempelt
    .body = Die Sitzung von { $name } vom { $date } war noch offen und endet um { $time } Uhr.
day-edited =
    .title = Dein Tag wurde geändert
    .body = Eine Führungskraft hat deine Zeiten vom { $date } geändert.
day-excused =
    .title = Dein Tag wurde entschuldigt
    .body = Verspätung oder Fehlen am { $date } ist entschuldigt.
clock-in-flagged =
    .title = { $reason ->
        [on-leave] { $name } hat im Urlaub eingestempelt
        [unknown] Eine Einstempelung von { $name } wartet auf Prüfung
       *[outside-window] { $name } hat außerhalb des Zeitfensters eingestempelt
    }
    .body = Die Einstempelung vom { $date } wartet auf Prüfung. Bitte bestätigen oder ablehnen.
clock-in-reviewed =
    .title = { $verdict ->
        [acknowledged] Deine Stempelung wurde bestätigt
       *[rejected] Deine Stempelung wurde abgelehnt
    }
    .body = { $verdict ->
        [acknowledged] Deine auffällige Stempelung vom { $date } wurde bestätigt. Deine Zeiten bleiben erfasst.
       *[rejected] Deine auffällige Stempelung vom { $date } wurde abgelehnt. Deine Zeiten bleiben erfasst.
    }
correction-requested =
    .title = { $name } beantragt eine Korrektur
    .body = Die Korrektur für { $date } wartet auf eine Entscheidung.
correction-decided =
    .title = { $decision ->
        [approved] Deine Korrektur wurde genehmigt
       *[rejected] Deine Korrektur wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Deine Korrektur für { $date } wurde genehmigt.
       *[rejected] Deine Korrektur für { $date } wurde abgelehnt.
    }

## Dienstpläne und Tausche

pattern-changed =
    .title = Dein Dienstplan hat sich geändert
    .body = Deine Schichten sind ab { $date } neu geplant.
day-planned =
    .title = Dein Dienstplan hat sich geändert
    .body = Eine Führungskraft hat deine Schichten am { $date } neu geplant.
day-plan-removed =
    .title = Dein Dienstplan hat sich geändert
    .body = Am { $date } gilt wieder dein Schichtmodell.
swap-requested =
    .title = { $name } möchte mit dir tauschen
    .body = { $name } bietet { $mine } für deinen Dienst am { $theirs }.
takeover-requested =
    .title = { $name } bittet dich, eine Schicht zu übernehmen
    .body = { $name } bittet dich, den Dienst am { $date } zu übernehmen.
swap-accepted =
    .title = { $other } hat deinem Tausch zugestimmt
    .body = { $approval ->
        [needed] { $other } ist mit deinem Tausch einverstanden. Eine Führungskraft muss ihn noch genehmigen.
       *[none] { $other } ist mit deinem Tausch einverstanden.
    }
swap-to-approve =
    .title = Ein Tausch wartet auf Genehmigung
    .body = { $name } und { $other } möchten tauschen. Der Tausch wartet auf eine Entscheidung.
swap-made =
    .title = Dein Tausch ist vollzogen
    .body = Getauscht mit { $partner }: { $dates }. Eure Dienstpläne haben sich geändert.
swap-ended =
    .title = { $ending ->
        [declined] Dein Tausch wurde abgelehnt
        [rejected] Dein Tausch wurde nicht genehmigt
        [withdrawn] Dein Tausch wurde zurückgezogen
       *[expired] Dein Tausch ist abgelaufen
    }
    .body = { $ending ->
        [declined] Dein Tausch mit { $partner } wurde abgelehnt. Die Dienstpläne bleiben, wie sie sind.
        [rejected] Dein Tausch mit { $partner } wurde nicht genehmigt. Die Dienstpläne bleiben, wie sie sind.
        [withdrawn] Dein Tausch mit { $partner } wurde zurückgezogen. Die Dienstpläne bleiben, wie sie sind.
       *[expired] Über deinen Tausch mit { $partner } wurde nicht rechtzeitig entschieden.
    }

## Urlaub

leave-adjusted =
    .title = Dein Urlaubskonto wurde angepasst
    .body = { $cause ->
        [manager] { $amount } { $leave } { $year }. Eine Führungskraft hat das Konto geändert.
        [hiring-date] { $amount } { $leave } { $year }. Deine Beschäftigungszeiten oder dein Anspruch haben sich geändert.
        [recount] { $amount } { $leave } { $year }. Ein Feiertag oder dein Dienstplan hat sich geändert.
        [late-deduction-reversed] { $amount } { $leave } { $year }. Ein Abzug für Verspätung wurde zurückgenommen.
        [interrupted] { $amount } { $leave } { $year }. Eine andere Abwesenheit ist an seine Stelle getreten.
       *[no-longer-interrupted] { $amount } { $leave } { $year }. Die Abwesenheit, die an seine Stelle getreten war, wurde storniert.
    }
leave-requested =
    .title = { $name } beantragt Urlaub
    .body = Der Urlaub { $dates } wartet auf eine Entscheidung.
leave-request-changed =
    .title = { $name } hat einen Urlaubsantrag geändert
    .body = Der Urlaub ist jetzt { $dates }. Der Antrag wartet auf eine Entscheidung.
leave-decided =
    .title = { $decision ->
        [approved] Dein Urlaub wurde genehmigt
       *[rejected] Dein Urlaub wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Dein Urlaub { $dates } wurde genehmigt.
       *[rejected] Dein Urlaub { $dates } wurde abgelehnt.
    }
timesheet-submitted =
    .title = { $name } hat einen Stundenzettel eingereicht
    .body = Der Stundenzettel von { $name } { $dates } wartet auf Freigabe.
timesheet-decided =
    .title = { $decision ->
        [approved] Dein Stundenzettel wurde freigegeben
       *[rejected] Dein Stundenzettel wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Dein Stundenzettel { $dates } wurde freigegeben.
       *[rejected] Dein Stundenzettel { $dates } wurde abgelehnt. Lies die Notiz und reiche ihn danach erneut ein.
    }
own-timesheet-voided =
    .title = Dein Stundenzettel hat sich geändert
    .body = Die Werte deines Stundenzettels { $dates } haben sich geändert. Die Unterschriften gelten nicht mehr. Prüfe ihn und reiche ihn erneut ein.
timesheet-voided =
    .title = Der Stundenzettel von { $name } hat sich geändert
    .body = Die Werte des Stundenzettels von { $name } { $dates } haben sich geändert. Die Unterschriften gelten nicht mehr.
pay-period-ends =
    .title = Der Abrechnungszeitraum endet am { $date }
    .body = Prüfe deine Zeiten { $dates }. Wenn der Zeitraum vorbei ist, kannst du deinen Stundenzettel einreichen.
timesheet-due =
    .title = Reiche deinen Stundenzettel ein
    .body = Dein Stundenzettel { $dates } ist noch nicht eingereicht.
timesheets-to-approve =
    .title = { $count ->
        [one] { $count } Stundenzettel wartet auf Freigabe
       *[other] { $count } Stundenzettel warten auf Freigabe
    }
    .body = Diese Stundenzettel sind noch nicht freigegeben: { $names }.
pay-approval-needed =
    .title = Zeit von { $name } wartet auf Freigabe
    .body = { $name } hat am { $date } Zeit, die erst nach einer Freigabe bezahlt wird.
pay-approval-decided =
    .title = { $decision ->
        [approved] Deine Zeit wurde freigegeben
       *[rejected] Deine Zeit wird nicht bezahlt
    }
    .body = { $decision ->
        [approved] Deine freigabepflichtige Zeit am { $date } wurde freigegeben.
       *[rejected] Deine freigabepflichtige Zeit am { $date } wurde abgelehnt und wird nicht bezahlt.
    }
leave-approved =
    .title = { $name } ist im Urlaub
    .body = { $name } ist { $dates } im Urlaub.
own-leave-cancelled =
    .title = Dein Urlaub wurde storniert
    .body = Dein Urlaub { $dates } wurde storniert oder verkürzt.
leave-cancelled =
    .title = Urlaub von { $name } wurde storniert
    .body = Der Urlaub von { $name } { $dates } wurde zurückgezogen, storniert oder verkürzt.
late-deducted =
    .title = Verspätung hat dich Urlaub gekostet
    .body = Für die Verspätung am { $date } wurden vom Urlaub abgezogen: { $amount }.
leave-expiring =
    .title = Dein Urlaub verfällt bald
    .body = Nimm { $amount } { $leave } { $year } bis { $date }, sonst verfällt dieser Urlaub.
own-time-account-above =
    .title = Dein Zeitkonto ist hoch
    .body = Auf deinem Zeitkonto stehen { $duration }.
own-time-account-below =
    .title = Dein Zeitkonto ist niedrig
    .body = Dein Zeitkonto steht bei minus { $duration }.
time-account-above =
    .title = Das Zeitkonto von { $name } ist hoch
    .body = Auf dem Zeitkonto von { $name } stehen { $duration }.
time-account-below =
    .title = Das Zeitkonto von { $name } ist niedrig
    .body = Das Zeitkonto von { $name } steht bei minus { $duration }.
own-leave-balance-low =
    .title = Dein Urlaub geht zur Neige
    .body = Du hast noch { $amount } { $leave } { $year }.
leave-balance-low =
    .title = { $name } hat nur noch wenig Urlaub
    .body = { $name } hat noch { $amount } { $leave } { $year }.

## Exporte

export-ready =
    .title = Dein Export ist fertig
    .body = Der Bericht { $report }, den du angefordert hast, liegt als Datei bereit.
export-failed =
    .title = Dein Export ist fehlgeschlagen
    .body = { $known ->
        [yes] Der Bericht { $report }, den du angefordert hast, konnte nicht erstellt werden: { $error }. Fordere ihn noch einmal an.
       *[no] Der Bericht, den du angefordert hast, konnte nicht erstellt werden: { $error }. Fordere ihn noch einmal an.
    }
export-stalled = er wurde unterbrochen und läuft nicht weiter

## Importe

import-finished =
    .title = { $state ->
        [stopped] Dein Import wurde abgebrochen
       *[finished] Dein Import ist fertig
    }
    .body = { $state ->
        [stopped] Der Import „{ $what }“ wurde abgebrochen: { $error }. Importiere dieselbe Tabelle noch einmal.
        [incomplete] Der Import „{ $what }“ ist fertig. { $failed } von { $total } Einträgen konnten nicht importiert werden. Der Import listet sie auf.
       *[complete] Der Import „{ $what }“ ist fertig. Alle { $total } Einträge sind importiert.
    }
import-kind = { $import ->
    [attendance] Zeiterfassung
    [leave_balances] Urlaubskonten
    [roster] Dienstpläne
   *[users] Personen
}
