# Schritte, die die Zahlen eines Tages erklären. Die englischen Texte stehen bei den Schritten im Quelltext.

step-shift = Schicht { $from }–{ $until } mit { $minutes } min unbezahlter Pause: { $duration } h
step-shift-on-leave = Genehmigter Urlaub deckt die Schicht { $from }–{ $until } ab
step-no-shift = Für dieses Datum ist keine Schicht geplant
step-in-window = Das Einstempeln um { $at } gehört zur Schicht { $from }–{ $until }, weil es im Zeitfenster { $opens }–{ $closes } liegt
step-while-running = Das Einstempeln um { $at } gehört zur Schicht { $from }–{ $until }, weil sie noch lief
step-without-shift = Das Einstempeln um { $at } gehört zu keiner Schicht, weil es in keinem Zeitfenster liegt
step-closed-session = Eingestempelt um { $from }, ausgestempelt um { $until }: { $duration } h
step-open-session = Die Anwesenheit seit { $from } zählt, sobald sie endet
step-unpaid-break = Unbezahlte Pause { $from }–{ $until }: −{ $duration } h
step-paid-break = Die bezahlte Pause { $from }–{ $until } zählt als Arbeit
step-automatic-break = Automatische Pause nach { $after } h Arbeit: −{ $duration } h
step-in-time = Pünktlich: das Einstempeln um { $at } liegt in der Karenzzeit von { $minutes } min nach { $start }
step-late = Verspätet: das Einstempeln um { $at } liegt nach der Karenzzeit von { $minutes } min, daher zählt alle Zeit seit { $start }: { $duration } h
step-missed = Versäumt: keine Anwesenheit überschneidet die Schicht { $from }–{ $until }
step-still-expected = Die Schicht { $from }–{ $until } kann noch begonnen werden
step-stayed-to-end = Nicht zu früh: das Ausstempeln um { $at } liegt höchstens { $minutes } min vor { $end }
step-left-early = Zu früh gegangen: das Ausstempeln um { $at } liegt mehr als { $minutes } min vor { $end }: { $duration } h
step-excused = Eine Führungskraft hat den Tag entschuldigt
step-beyond = { $worked } h gearbeitet − { $before } h vor der Schicht − { $scheduled } h geplant = { $duration } h
step-below-minimum = Weniger als { $minutes } min zählen nicht als Überstunden
step-withheld = { $duration } h zählen, sobald eine Führungskraft den Tag geprüft hat
step-lateness-is-free = Die Einstellungen ziehen für Verspätung nichts ab
step-deducted-per-minute = Jede Minute Verspätung über { $free } freie min im Monat hinaus wird vom Jahresurlaub abgezogen: { $minutes } min an diesem Datum
step-deducted-per-occurrence = Jeder { $every }. verspätete Tag eines Monats kostet Urlaub: { $minutes } min an diesem Datum
step-rules-version = Lohnregeln „{ $rules }“, Fassung vom { $effective_from }
step-built-in-rules = Vorgegebene Lohnregeln: Arbeit über die geplante Zeit hinaus sind Überstunden
step-beyond-day = Arbeit über { $after } h am Tag hinaus: { $name }
step-beyond-week = Arbeit über { $after } h in der Woche hinaus: { $name }
step-beyond-period = Arbeit über { $after } h im Abrechnungszeitraum hinaus: { $name }
step-paid-segment = { $from }–{ $until }: { $name }, { $duration } h
step-premium-segment = { $from }–{ $until }: { $name } mit Zuschlag { $premiums }, { $duration } h
step-waiting-segment = { $from }–{ $until }: { $name }, { $duration } h, wartet auf Genehmigung und wird noch nicht bezahlt
step-rejected-segment = { $from }–{ $until }: { $name }, { $duration } h, wurde abgelehnt und wird nicht bezahlt
step-ignored-segment = { $from }–{ $until }: { $duration } h vor der Schicht werden nicht bezahlt
step-rounded-up = Rundung fügt { $duration } h hinzu
step-rounded-down = Rundung zieht { $duration } h ab
step-paid-leave = { $name }, bezahlt: { $duration } h
step-unpaid-leave = { $name }, nicht bezahlt: { $duration } h
step-public-holiday = Feiertag, bezahlt: { $duration } h
name = { $code ->
    [regular] Normale Arbeit
    [overtime] Überstunden
    [annual] Jahresurlaub
    [sick] Krankheit
    [time_off] Freizeitausgleich
    [unpaid] Unbezahlter Urlaub
   *[other] { $name }
}
