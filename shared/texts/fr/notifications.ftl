# Notifications.

## Dates, heures et quantités

date = { $weekday ->
    [1] lun.
    [2] mar.
    [3] mer.
    [4] jeu.
    [5] ven.
    [6] sam.
   *[7] dim.
} { $day } { $month ->
    [1] janv.
    [2] févr.
    [3] mars
    [4] avr.
    [5] mai
    [6] juin
    [7] juil.
    [8] août
    [9] sept.
    [10] oct.
    [11] nov.
   *[12] déc.
} { $year }
on-date = le { $date }
from-to = du { $first } au { $last }
both-dates = { $first } et { $second }
hours = { $hours } h
minutes = { $minutes } min
seconds = { $seconds } s
days = { $days ->
    [one] { $days } jour
   *[other] { $days } jours
}
days-exactly = { $days } ({ $exactly })

## Noms

somebody = Quelqu'un
a-colleague = Un membre de l'équipe
with-a-colleague = un membre de l'équipe
names-and-more = { $names } et { $more } de plus
name-and-days = { $name } ({ $days })
leave-type = { $type ->
    [annual] congés annuels
    [sick] congé maladie
    [unpaid] congé sans solde
   *[other] congé « { $name } »
}
report = { $report ->
    [attendance] « Présence »
    [lateness] « Retards »
    [leave] « Congés »
    [monthly-work] « Travail mensuel »
    [pay-rules-preview] « Aperçu des règles de paie »
    [settings-preview] « Aperçu des réglages »
    [timesheets] « Feuilles de temps »
    [trends] « Tendances »
    [worked-hours] « Heures travaillées »
   *[other] « { $report } »
}
and-more = Et { $more } de plus.

## Comptes

registrations-pending =
    .title = { $count } personnes se sont inscrites
    .body = Elles demandent un compte : { $names }. Activez ou désactivez chaque compte.
password-reset =
    .title = Votre mot de passe a été réinitialisé
    .body = { $by } vous a donné un mot de passe provisoire. Choisissez-en un nouveau à la connexion. Si vous ne vous y attendiez pas, contactez l'administration.
admin-password-reset =
    .title = Le mot de passe de { $name } a été réinitialisé
    .body = { $by } a donné un mot de passe provisoire à { $name }, de l'administration. Si c'est inattendu, désactivez le compte.
pin-reset =
    .title = Votre code PIN de borne a été changé
    .body = { $by } vous a attribué un nouveau code PIN. Si vous ne vous y attendiez pas, contactez l'administration.
second-factor-reset =
    .title = Votre second facteur a été retiré
    .body = { $by } a retiré le second facteur de votre compte. Si vous ne vous y attendiez pas, contactez l'administration.
kiosk-pins-failing =
    .title = Beaucoup de codes PIN erronés à { $kiosk }
    .body = La borne { $kiosk } n'accepte plus qu'un code PIN toutes les 30 secondes. Vérifiez si quelqu'un y devine des codes.
terminal-silent =
    .title = Le terminal { $terminal } ne répond plus
    .body = Le terminal { $terminal } s'est manifesté pour la dernière fois à { $time }. Vérifiez son alimentation et son réseau. Il garde les pointages et les envoie plus tard.
terminal-clock-ahead =
    .title = L'horloge de { $terminal } est fausse
    .body = L'horloge du terminal { $terminal } avance de { $duration }. Réglez-la : les pointages dont l'heure est à venir attendent une décision.
terminal-clock-behind =
    .title = L'horloge de { $terminal } est fausse
    .body = L'horloge du terminal { $terminal } retarde de { $duration }. Réglez-la et corrigez les pointages depuis lors.
webhook-paused =
    .title = Le webhook { $webhook } a été suspendu
    .body = { $reason ->
        [gone] Le destinataire ne veut plus d'événements. Activez le webhook pour lui en livrer de nouveau.
       *[failing] Toutes les livraisons des cinq derniers jours ont échoué. Activez le webhook quand le destinataire fonctionne de nouveau.
    }
holiday-subscription-failed =
    .title = Le calendrier des jours fériés est illisible
    .body = { $reason ->
        [refused] { $host } ne renvoie pas le calendrier. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
        [too_large] Le calendrier de { $host } dépasse 512 Kio. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
        [not_a_calendar] La réponse de { $host } n'est pas un calendrier. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
        [no_sites] Aucun site ne se trouve dans la région du calendrier de { $host }. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
        [too_many_holidays] Avec le calendrier de { $host }, une année aurait plus de 200 jours fériés. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
       *[unreachable] { $host } est injoignable. Les jours fériés restent inchangés. Rollcall réessaie chaque jour. Vérifiez l'adresse de l'abonnement.
    }
registration-pending =
    .title = Inscription de { $name }
    .body = { $name } demande un compte. Activez-le ou désactivez-le.

## Présence

late-arrival =
    .title = Retard de { $name }
    .body = { $name } a pointé avec { $duration } de retard le { $date }.
not-arrived =
    .title = { $name } n'est pas encore là
    .body = { $name } n'a pas pointé pour un poste du { $date } qui a déjà commencé.
people-not-arrived =
    .title = { $count } personnes ne sont pas encore là
    .body = N'ont pas pointé pour un poste qui a déjà commencé : { $names }.
days-to-review =
    .title = { $days ->
        [one] { $days } jour attend votre vérification
       *[other] { $days } jours attendent votre vérification
    }
    .body = Heures estimées ou pointages signalés : { $names }. Le jour le plus ancien : { $date }.
absent =
    .title = Absence de { $name }
    .body = Aucun pointage le { $date }.
left-early =
    .title = Départ anticipé de { $name }
    .body = La sortie du { $date } a été pointée { $duration } avant la fin du poste.
clock-out-reminder =
    .title = Êtes-vous encore au travail ?
    .body = Votre service du { $date } s'est terminé à { $time } et votre pointage est encore ouvert. Pointez votre départ si vous êtes parti.
own-auto-clock-out =
    .title = Votre sortie a été pointée
    .body = Votre session du { $date } était encore ouverte et se termine à { $time }. Demandez une correction si c'est inexact.
auto-clock-out =
    .title = La sortie de { $name } a été pointée
    .body = La session de { $name } du { $date } était encore ouverte et se termine à { $time }.
day-edited =
    .title = Votre journée a été modifiée
    .body = Un responsable a modifié vos heures du { $date }.
day-excused =
    .title = Votre journée a été excusée
    .body = Le retard ou l'absence du { $date } est excusé.
clock-in-flagged =
    .title = { $reason ->
        [on-leave] { $name } a pointé pendant un congé
        [unknown] Un pointage de { $name } attend une vérification
       *[outside-window] { $name } a pointé hors de la plage autorisée
    }
    .body = Le pointage du { $date } attend une vérification. Validez-le ou refusez-le.
clock-in-reviewed =
    .title = { $verdict ->
        [acknowledged] Votre pointage a été validé
       *[rejected] Votre pointage a été refusé
    }
    .body = { $verdict ->
        [acknowledged] Votre pointage signalé du { $date } a été validé. Vos heures restent enregistrées.
       *[rejected] Votre pointage signalé du { $date } a été refusé. Vos heures restent enregistrées.
    }
correction-requested =
    .title = { $name } demande une correction
    .body = La correction du { $date } attend une décision.
correction-decided =
    .title = { $decision ->
        [approved] Votre correction a été approuvée
       *[rejected] Votre correction a été refusée
    }
    .body = { $decision ->
        [approved] Votre correction du { $date } a été approuvée.
       *[rejected] Votre correction du { $date } a été refusée.
    }

## Plannings et échanges

pattern-changed =
    .title = Votre planning a changé
    .body = Vos postes sont replanifiés à partir du { $date }.
day-planned =
    .title = Votre planning a changé
    .body = Un responsable a replanifié votre journée du { $date }.
day-plan-removed =
    .title = Votre planning a changé
    .body = Votre journée du { $date } suit de nouveau votre modèle.
swap-requested =
    .title = { $name } vous propose un échange
    .body = { $name } propose le { $mine } contre votre poste du { $theirs }.
takeover-requested =
    .title = { $name } vous demande de reprendre un poste
    .body = { $name } vous demande de reprendre son poste du { $date }.
swap-accepted =
    .title = { $other } a accepté votre échange
    .body = { $approval ->
        [needed] { $other } est d'accord avec votre échange. Un responsable doit l'approuver.
       *[none] { $other } est d'accord avec votre échange.
    }
swap-to-approve =
    .title = Un échange attend une approbation
    .body = { $name } et { $other } souhaitent échanger leurs postes. L'échange attend une décision.
swap-made =
    .title = Votre échange est effectué
    .body = Vous avez fait un échange avec { $partner } : { $dates }. Vos plannings ont changé.
swap-ended =
    .title = { $ending ->
        [declined] Votre échange n'a pas été accepté
        [rejected] Votre échange a été refusé
        [withdrawn] Votre échange a été retiré
       *[expired] Votre échange a expiré
    }
    .body = { $ending ->
        [declined] Votre échange avec { $partner } n'a pas été accepté. Les plannings ne changent pas.
        [rejected] Votre échange avec { $partner } a été refusé. Les plannings ne changent pas.
        [withdrawn] Votre échange avec { $partner } a été retiré. Les plannings ne changent pas.
       *[expired] Votre échange avec { $partner } n'a pas été décidé à temps.
    }

## Congés

leave-adjusted =
    .title = Votre solde de congés a été ajusté
    .body = { $cause ->
        [manager] { $amount } de { $leave } { $year }. Un responsable l'a modifié.
        [hiring-date] { $amount } de { $leave } { $year }. Vos dates d'emploi ou votre droit à congés ont changé.
        [recount] { $amount } de { $leave } { $year }. Un jour férié ou votre planning a changé.
        [late-deduction-reversed] { $amount } de { $leave } { $year }. Une déduction pour retard a été annulée.
        [interrupted] { $amount } de { $leave } { $year }. Un autre congé a pris sa place.
       *[no-longer-interrupted] { $amount } de { $leave } { $year }. Le congé qui avait pris sa place a été annulé.
    }
leave-requested =
    .title = { $name } demande un congé
    .body = Le congé { $dates } attend une décision.
leave-request-changed =
    .title = { $name } a modifié une demande de congé
    .body = Le congé est maintenant { $dates }. La demande attend une décision.
leave-decided =
    .title = { $decision ->
        [approved] Votre congé a été approuvé
       *[rejected] Votre congé a été refusé
    }
    .body = { $decision ->
        [approved] Votre congé { $dates } a été approuvé.
       *[rejected] Votre congé { $dates } a été refusé.
    }
timesheet-submitted =
    .title = { $name } a envoyé une feuille de temps
    .body = La feuille de temps de { $name } { $dates } attend une validation.
timesheet-decided =
    .title = { $decision ->
        [approved] Votre feuille de temps a été validée
       *[rejected] Votre feuille de temps a été refusée
    }
    .body = { $decision ->
        [approved] Votre feuille de temps { $dates } a été validée.
       *[rejected] Votre feuille de temps { $dates } a été refusée. Lisez la note, puis envoyez-la à nouveau.
    }
own-timesheet-voided =
    .title = Votre feuille de temps a changé
    .body = Les valeurs de votre feuille de temps { $dates } ont changé et ses signatures ne sont plus valables. Vérifiez-la et envoyez-la à nouveau.
timesheet-voided =
    .title = La feuille de temps de { $name } a changé
    .body = Les valeurs de la feuille de temps de { $name } { $dates } ont changé et ses signatures ne sont plus valables.
pay-period-ends =
    .title = La période de paie se termine le { $date }
    .body = Vérifiez vos heures { $dates }. Vous pourrez envoyer votre feuille de temps à la fin de la période.
timesheet-due =
    .title = Envoyez votre feuille de temps
    .body = Votre feuille de temps { $dates } n'est pas encore envoyée.
timesheets-to-approve =
    .title = { $count ->
        [one] { $count } feuille de temps attend une validation
       *[other] { $count } feuilles de temps attendent une validation
    }
    .body = Ces feuilles de temps ne sont pas encore validées : { $names }.
pay-approval-needed =
    .title = { $name } a du temps à valider
    .body = { $name } a du temps du { $date } qui n'est payé qu'après validation.
pay-approval-decided =
    .title = { $decision ->
        [approved] Votre temps a été validé
       *[rejected] Votre temps ne sera pas payé
    }
    .body = { $decision ->
        [approved] Votre temps du { $date } soumis à validation a été validé.
       *[rejected] Votre temps du { $date } soumis à validation a été refusé et ne sera pas payé.
    }
leave-approved =
    .title = { $name } est en congé
    .body = { $name } est en congé { $dates }.
own-leave-cancelled =
    .title = Votre congé a été annulé
    .body = Votre congé { $dates } a été annulé ou écourté.
leave-cancelled =
    .title = Un congé de { $name } a été annulé
    .body = Le congé de { $name } { $dates } a été retiré, annulé ou écourté.
late-deducted =
    .title = Un retard vous a coûté des congés
    .body = Pour le retard du { $date }, une déduction a été faite sur vos congés : { $amount }.
leave-expiring =
    .title = Vos congés vont expirer
    .body = { $amount } de { $leave } { $year } : à prendre au plus tard le { $date }, faute de quoi ce solde expirera.
own-time-account-above =
    .title = Votre compte de temps est élevé
    .body = Votre compte de temps affiche { $duration }.
own-time-account-below =
    .title = Votre compte de temps est bas
    .body = Votre compte de temps est à moins { $duration }.
time-account-above =
    .title = Le compte de temps de { $name } est élevé
    .body = Le compte de temps de { $name } affiche { $duration }.
time-account-below =
    .title = Le compte de temps de { $name } est bas
    .body = Le compte de temps de { $name } est à moins { $duration }.
own-leave-balance-low =
    .title = Il vous reste peu de congés
    .body = Il vous reste { $amount } de { $leave } { $year }.
leave-balance-low =
    .title = Il reste peu de congés à { $name }
    .body = Il reste { $amount } de { $leave } { $year } à { $name }.

## Exports

export-ready =
    .title = Votre export est prêt
    .body = Le rapport { $report } que vous avez demandé est disponible sous forme de fichier.
export-failed =
    .title = Votre export a échoué
    .body = { $known ->
        [yes] Le rapport { $report } n'a pas pu être généré. { $error }
       *[no] Le fichier que vous avez demandé n'a pas pu être généré. { $error }
    }
# The sentences after "couldn't be made." and "The import stopped." $text is an English sentence of another reason.
job-stopped = { $reason ->
    [rights_changed] Vos droits ont changé depuis la demande.
    [request_gone] Une partie de la demande n'est plus enregistrée. Réessayez.
    [too_long] La génération dure plus longtemps que permis. Choisissez moins de dates, ou un service à la fois.
    [no_timesheets] Personne n'a de feuille de temps pour cette période de paie.
    [pay_periods_changed] Les périodes de paie de l'entreprise ont changé. Choisissez à nouveau la période.
    [rules_deleted] Les règles de paie ont été supprimées.
    [unavailable] Un service n'a pas pu être joint à plusieurs reprises. Réessayez plus tard.
    [stalled] Le travail a été interrompu et ne reprend pas. Réessayez.
   *[other] { $text }
}

## Imports

import-finished =
    .title = { $state ->
        [stopped] Votre import a été arrêté
       *[finished] Votre import est terminé
    }
    .body = { $state ->
        [stopped] L'import « { $what } » a été arrêté. { $error } Importez à nouveau la même feuille.
        [incomplete] L'import « { $what } » est terminé. { $failed } entrées sur { $total } n'ont pas pu être importées. L'import les énumère.
       *[complete] L'import « { $what } » est terminé. Les { $total } entrées sont importées.
    }
import-kind = { $import ->
    [attendance] présences
    [leave_balances] soldes de congés
    [roster] plannings
   *[users] personnes
}
