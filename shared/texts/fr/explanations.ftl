# Étapes qui expliquent les chiffres d'un jour. Les textes anglais se trouvent avec les étapes, dans le code.

step-shift = Poste { $from }–{ $until } avec une pause non payée de { $minutes } min : { $duration } h
step-shift-on-leave = Un congé approuvé couvre le poste { $from }–{ $until }
step-no-shift = Aucun poste n'est prévu à cette date
step-in-window = Le pointage d'arrivée à { $at } appartient au poste { $from }–{ $until }, car il est dans la fenêtre { $opens }–{ $closes }
step-while-running = Le pointage d'arrivée à { $at } appartient au poste { $from }–{ $until }, car le poste était en cours
step-without-shift = Le pointage d'arrivée à { $at } n'appartient à aucun poste, car il n'est dans aucune fenêtre
step-closed-session = Arrivée à { $from }, départ à { $until } : { $duration } h
step-open-session = La session depuis { $from } compte dès qu'elle se termine
step-unpaid-break = Pause non payée { $from }–{ $until } : −{ $duration } h
step-paid-break = La pause payée { $from }–{ $until } compte comme du travail
step-automatic-break = Pause automatique après { $after } h de travail : −{ $duration } h
step-in-time = À l'heure : l'arrivée à { $at } est dans la tolérance de { $minutes } min après { $start }
step-late = Retard : l'arrivée à { $at } dépasse la tolérance de { $minutes } min, donc tout le temps depuis { $start } compte : { $duration } h
step-missed = Manqué : aucune session ne recouvre le poste { $from }–{ $until }
step-still-expected = Le poste { $from }–{ $until } peut encore être pris
step-stayed-to-end = Pas de départ anticipé : le départ à { $at } est au plus { $minutes } min avant { $end }
step-left-early = Départ anticipé : le départ à { $at } est à plus de { $minutes } min avant { $end } : { $duration } h
step-excused = Un responsable a excusé la journée
step-beyond = { $worked } h travaillées − { $before } h avant le poste − { $scheduled } h prévues = { $duration } h
step-below-minimum = Moins de { $minutes } min ne comptent pas comme heures supplémentaires
step-withheld = { $duration } h comptent dès qu'un responsable a vérifié la journée
step-lateness-is-free = Les réglages ne déduisent rien pour les retards
step-deducted-per-minute = Chaque minute de retard au-delà de { $free } min libres par mois est déduite du congé annuel : { $minutes } min à cette date
step-deducted-per-occurrence = Tous les { $every } jours de retard d'un mois, du congé est déduit : { $minutes } min à cette date
step-rules-version = Règles de paie « { $rules } », version du { $effective_from }
step-built-in-rules = Règles de paie intégrées : le travail au-delà du temps prévu est en heures supplémentaires
step-beyond-day = Travail au-delà de { $after } h de la journée : { $name }
step-beyond-week = Travail au-delà de { $after } h de la semaine : { $name }
step-beyond-period = Travail au-delà de { $after } h de la période de paie : { $name }
step-paid-segment = { $from }–{ $until } : { $name }, { $duration } h
step-premium-segment = { $from }–{ $until } : { $name } avec majoration { $premiums }, { $duration } h
step-waiting-segment = { $from }–{ $until } : { $name }, { $duration } h, attend une approbation et n'est pas encore payé
step-rejected-segment = { $from }–{ $until } : { $name }, { $duration } h, a été refusé et n'est pas payé
step-ignored-segment = { $from }–{ $until } : { $duration } h avant le poste ne sont pas payées
step-rounded-up = L'arrondi ajoute { $duration } h
step-rounded-down = L'arrondi retire { $duration } h
step-paid-leave = { $name } : { $duration } h payées
step-unpaid-leave = { $name } : { $duration } h non payées
step-public-holiday = Jour férié : { $duration } h payées
name = { $code ->
    [regular] Heures normales
    [overtime] Heures supplémentaires
    [annual] Congé annuel
    [sick] Congé maladie
    [time_off] Repos compensateur
    [unpaid] Congé sans solde
   *[other] { $name }
}
