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
    .body = Diese Personen möchten ein Konto: { $names }. Bitte jedes Konto aktivieren oder deaktivieren.
password-reset =
    .title = Ihr Passwort wurde zurückgesetzt
    .body = { $by } hat Ihnen ein vorläufiges Passwort gegeben. Legen Sie bei der Anmeldung ein neues fest. Wenn Sie das nicht erwartet haben, wenden Sie sich an die Administration.
admin-password-reset =
    .title = Das Passwort von { $name } wurde zurückgesetzt
    .body = { $by } hat { $name } aus der Administration ein vorläufiges Passwort gegeben. Ist das unerwartet, deaktivieren Sie das Konto.
pin-reset =
    .title = Ihre Kiosk-PIN wurde geändert
    .body = { $by } hat eine neue PIN für Sie festgelegt. Wenn Sie das nicht erwartet haben, wenden Sie sich an die Administration.
second-factor-reset =
    .title = Ihr zweiter Faktor wurde entfernt
    .body = { $by } hat den zweiten Faktor Ihres Kontos entfernt. Wenn Sie das nicht erwartet haben, wenden Sie sich an die Administration.
kiosk-pins-failing =
    .title = Viele falsche PINs an { $kiosk }
    .body = Der Kiosk { $kiosk } nimmt jetzt nur alle 30 Sekunden eine PIN an. Prüfen Sie, ob dort jemand PINs errät.
terminal-silent =
    .title = Das Terminal { $terminal } meldet sich nicht
    .body = Das Terminal { $terminal } hat sich zuletzt um { $time } gemeldet. Prüfen Sie Strom und Netzwerk. Das Terminal behält Buchungen und sendet sie später.
terminal-clock-ahead =
    .title = Die Uhr von { $terminal } geht falsch
    .body = Die Uhr des Terminals { $terminal } geht { $duration } vor. Stellen Sie die Uhr: Buchungen mit einer Zeit in der Zukunft warten auf eine Entscheidung.
terminal-clock-behind =
    .title = Die Uhr von { $terminal } geht falsch
    .body = Die Uhr des Terminals { $terminal } geht { $duration } nach. Stellen Sie die Uhr und korrigieren Sie die Buchungen seitdem.
webhook-paused =
    .title = Der Webhook { $webhook } wurde angehalten
    .body = { $reason ->
        [gone] Der Empfänger will keine Ereignisse mehr. Aktivieren Sie den Webhook, um wieder Ereignisse zuzustellen.
       *[failing] Alle Zustellungen der letzten fünf Tage sind fehlgeschlagen. Aktivieren Sie den Webhook, sobald der Empfänger wieder funktioniert.
    }
holiday-subscription-failed =
    .title = Der Feiertagskalender kann nicht gelesen werden
    .body = { $reason ->
        [refused] { $host } liefert den Kalender nicht aus. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
        [too_large] Der Kalender von { $host } ist größer als 512 KiB. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
        [not_a_calendar] Die Antwort von { $host } ist kein Kalender. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
        [no_sites] Kein Standort liegt in der Region des Kalenders von { $host }. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
        [too_many_holidays] Mit dem Kalender von { $host } hätte ein Jahr mehr als 200 Feiertage. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
       *[unreachable] { $host } ist nicht erreichbar. Die Feiertage bleiben, wie sie sind. Rollcall versucht es jeden Tag erneut. Prüfen Sie die Adresse des Abonnements.
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
        [one] { $days } Tag wartet auf Ihre Prüfung
       *[other] { $days } Tage warten auf Ihre Prüfung
    }
    .body = Geschätzte Zeiten oder auffällige Stempelungen: { $names }. Der älteste Tag: { $date }.
absent =
    .title = { $name } hat gefehlt
    .body = Keine Stempelung am { $date }.
left-early =
    .title = { $name } ist früher gegangen
    .body = Die Ausstempelung am { $date } war { $duration } vor dem Ende der Schicht.
clock-out-reminder =
    .title = Arbeiten Sie noch?
    .body = Ihre Schicht am { $date } endete um { $time }, und Sie sind noch eingestempelt. Stempeln Sie aus, falls Sie schon gegangen sind.
own-auto-clock-out =
    .title = Sie wurden ausgestempelt
    .body = Ihre Sitzung vom { $date } war noch offen und endet um { $time } Uhr. Beantragen Sie eine Korrektur, wenn das nicht stimmt.
auto-clock-out =
    .title = { $name } wurde ausgestempelt
    .body = Die Sitzung von { $name } vom { $date } war noch offen und endet um { $time } Uhr.
day-edited =
    .title = Ihr Tag wurde geändert
    .body = Eine Führungskraft hat Ihre Zeiten vom { $date } geändert.
day-excused =
    .title = Ihr Tag wurde entschuldigt
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
        [acknowledged] Ihre Stempelung wurde bestätigt
       *[rejected] Ihre Stempelung wurde abgelehnt
    }
    .body = { $verdict ->
        [acknowledged] Ihre auffällige Stempelung vom { $date } wurde bestätigt. Ihre Zeiten bleiben erfasst.
       *[rejected] Ihre auffällige Stempelung vom { $date } wurde abgelehnt. Ihre Zeiten bleiben erfasst.
    }
correction-requested =
    .title = { $name } beantragt eine Korrektur
    .body = Die Korrektur für { $date } wartet auf eine Entscheidung.
correction-decided =
    .title = { $decision ->
        [approved] Ihre Korrektur wurde genehmigt
       *[rejected] Ihre Korrektur wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Ihre Korrektur für { $date } wurde genehmigt.
       *[rejected] Ihre Korrektur für { $date } wurde abgelehnt.
    }

## Dienstpläne und Tausche

pattern-changed =
    .title = Ihr Dienstplan hat sich geändert
    .body = Ihre Schichten sind ab { $date } neu geplant.
day-planned =
    .title = Ihr Dienstplan hat sich geändert
    .body = Eine Führungskraft hat Ihre Schichten am { $date } neu geplant.
day-plan-removed =
    .title = Ihr Dienstplan hat sich geändert
    .body = Am { $date } gilt wieder Ihr Schichtmodell.
swap-requested =
    .title = { $name } möchte mit Ihnen tauschen
    .body = { $name } bietet { $mine } für Ihren Dienst am { $theirs }.
takeover-requested =
    .title = { $name } bittet Sie, eine Schicht zu übernehmen
    .body = { $name } bittet Sie, den Dienst am { $date } zu übernehmen.
swap-accepted =
    .title = { $other } hat Ihrem Tausch zugestimmt
    .body = { $approval ->
        [needed] { $other } ist mit Ihrem Tausch einverstanden. Eine Führungskraft muss ihn noch genehmigen.
       *[none] { $other } ist mit Ihrem Tausch einverstanden.
    }
swap-to-approve =
    .title = Ein Tausch wartet auf Genehmigung
    .body = { $name } und { $other } möchten tauschen. Der Tausch wartet auf eine Entscheidung.
swap-made =
    .title = Ihr Tausch ist vollzogen
    .body = Getauscht mit { $partner }: { $dates }. Beide Dienstpläne haben sich geändert.
swap-ended =
    .title = { $ending ->
        [declined] Ihr Tausch wurde abgelehnt
        [rejected] Ihr Tausch wurde nicht genehmigt
        [withdrawn] Ihr Tausch wurde zurückgezogen
       *[expired] Ihr Tausch ist abgelaufen
    }
    .body = { $ending ->
        [declined] Ihr Tausch mit { $partner } wurde abgelehnt. Die Dienstpläne bleiben, wie sie sind.
        [rejected] Ihr Tausch mit { $partner } wurde nicht genehmigt. Die Dienstpläne bleiben, wie sie sind.
        [withdrawn] Ihr Tausch mit { $partner } wurde zurückgezogen. Die Dienstpläne bleiben, wie sie sind.
       *[expired] Über Ihren Tausch mit { $partner } wurde nicht rechtzeitig entschieden.
    }

## Urlaub

leave-adjusted =
    .title = Ihr Urlaubskonto wurde angepasst
    .body = { $cause ->
        [manager] { $amount } { $leave } { $year }. Eine Führungskraft hat das Konto geändert.
        [hiring-date] { $amount } { $leave } { $year }. Ihre Beschäftigungszeiten oder Ihr Anspruch haben sich geändert.
        [recount] { $amount } { $leave } { $year }. Ein Feiertag oder Ihr Dienstplan hat sich geändert.
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
        [approved] Ihr Urlaub wurde genehmigt
       *[rejected] Ihr Urlaub wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Ihr Urlaub { $dates } wurde genehmigt.
       *[rejected] Ihr Urlaub { $dates } wurde abgelehnt.
    }
timesheet-submitted =
    .title = { $name } hat einen Stundenzettel eingereicht
    .body = Der Stundenzettel von { $name } { $dates } wartet auf Freigabe.
timesheet-decided =
    .title = { $decision ->
        [approved] Ihr Stundenzettel wurde freigegeben
       *[rejected] Ihr Stundenzettel wurde abgelehnt
    }
    .body = { $decision ->
        [approved] Ihr Stundenzettel { $dates } wurde freigegeben.
       *[rejected] Ihr Stundenzettel { $dates } wurde abgelehnt. Lesen Sie die Notiz und reichen Sie ihn danach erneut ein.
    }
own-timesheet-voided =
    .title = Ihr Stundenzettel hat sich geändert
    .body = Die Werte Ihres Stundenzettels { $dates } haben sich geändert. Die Unterschriften gelten nicht mehr. Prüfen Sie ihn und reichen Sie ihn erneut ein.
timesheet-voided =
    .title = Der Stundenzettel von { $name } hat sich geändert
    .body = Die Werte des Stundenzettels von { $name } { $dates } haben sich geändert. Die Unterschriften gelten nicht mehr.
pay-period-ends =
    .title = Der Abrechnungszeitraum endet am { $date }
    .body = Prüfen Sie Ihre Zeiten { $dates }. Wenn der Zeitraum vorbei ist, können Sie Ihren Stundenzettel einreichen.
timesheet-due =
    .title = Reichen Sie Ihren Stundenzettel ein
    .body = Ihr Stundenzettel { $dates } ist noch nicht eingereicht.
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
        [approved] Ihre Zeit wurde freigegeben
       *[rejected] Ihre Zeit wird nicht bezahlt
    }
    .body = { $decision ->
        [approved] Ihre freigabepflichtige Zeit am { $date } wurde freigegeben.
       *[rejected] Ihre freigabepflichtige Zeit am { $date } wurde abgelehnt und wird nicht bezahlt.
    }
leave-approved =
    .title = { $name } ist im Urlaub
    .body = { $name } ist { $dates } im Urlaub.
own-leave-cancelled =
    .title = Ihr Urlaub wurde storniert
    .body = Ihr Urlaub { $dates } wurde storniert oder verkürzt.
leave-cancelled =
    .title = Urlaub von { $name } wurde storniert
    .body = Der Urlaub von { $name } { $dates } wurde zurückgezogen, storniert oder verkürzt.
late-deducted =
    .title = Verspätung hat Sie Urlaub gekostet
    .body = Für die Verspätung am { $date } wurden vom Urlaub abgezogen: { $amount }.
leave-expiring =
    .title = Ihr Urlaub verfällt bald
    .body = Nehmen Sie { $amount } { $leave } { $year } bis { $date }, sonst verfällt dieser Urlaub.
own-time-account-above =
    .title = Ihr Zeitkonto ist hoch
    .body = Auf Ihrem Zeitkonto stehen { $duration }.
own-time-account-below =
    .title = Ihr Zeitkonto ist niedrig
    .body = Ihr Zeitkonto steht bei minus { $duration }.
time-account-above =
    .title = Das Zeitkonto von { $name } ist hoch
    .body = Auf dem Zeitkonto von { $name } stehen { $duration }.
time-account-below =
    .title = Das Zeitkonto von { $name } ist niedrig
    .body = Das Zeitkonto von { $name } steht bei minus { $duration }.
own-leave-balance-low =
    .title = Ihr Urlaub geht zur Neige
    .body = Sie haben noch { $amount } { $leave } { $year }.
leave-balance-low =
    .title = { $name } hat nur noch wenig Urlaub
    .body = { $name } hat noch { $amount } { $leave } { $year }.

## Exporte

export-ready =
    .title = Ihr Export ist fertig
    .body = Der Bericht { $report }, den Sie angefordert haben, liegt als Datei bereit.
export-failed =
    .title = Ihr Export ist fehlgeschlagen
    .body = { $known ->
        [yes] Der Bericht { $report } konnte nicht erstellt werden. { $error }
       *[no] Die angeforderte Datei konnte nicht erstellt werden. { $error }
    }
# The sentences after "couldn't be made." and "The import stopped." $text is an English sentence of another reason.
job-stopped = { $reason ->
    [rights_changed] Ihre Rechte haben sich seit der Anforderung geändert.
    [request_gone] Ein Teil der Anforderung ist nicht mehr gespeichert. Versuchen Sie es noch einmal.
    [too_long] Die Erstellung dauert länger als erlaubt. Wählen Sie weniger Tage oder eine Abteilung nach der anderen.
    [no_timesheets] In diesem Abrechnungszeitraum hat niemand einen Stundenzettel.
    [pay_periods_changed] Die Abrechnungszeiträume des Unternehmens haben sich geändert. Wählen Sie den Zeitraum noch einmal.
    [rules_deleted] Die Lohnregeln wurden gelöscht.
    [unavailable] Ein Dienst war mehrmals nicht erreichbar. Versuchen Sie es später noch einmal.
    [stalled] Die Arbeit wurde unterbrochen und geht nicht weiter. Versuchen Sie es noch einmal.
   *[other] { $text }
}

## Importe

import-finished =
    .title = { $state ->
        [stopped] Ihr Import wurde abgebrochen
       *[finished] Ihr Import ist fertig
    }
    .body = { $state ->
        [stopped] Der Import „{ $what }“ wurde abgebrochen. { $error } Importieren Sie dieselbe Tabelle noch einmal.
        [incomplete] Der Import „{ $what }“ ist fertig. { $failed } von { $total } Einträgen konnten nicht importiert werden. Der Import listet sie auf.
       *[complete] Der Import „{ $what }“ ist fertig. Alle { $total } Einträge sind importiert.
    }
import-kind = { $import ->
    [attendance] Zeiterfassung
    [leave_balances] Urlaubskonten
    [roster] Dienstpläne
   *[users] Personen
}
