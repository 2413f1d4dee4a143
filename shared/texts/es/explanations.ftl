# Pasos que explican las cifras de un día. Los textos en inglés están junto a los pasos, en el código.

step-shift = Turno { $from }–{ $until } con una pausa no pagada de { $minutes } min: { $duration } h
step-shift-on-leave = Un permiso aprobado cubre el turno { $from }–{ $until }
step-no-shift = No hay ningún turno planificado en esta fecha
step-in-window = El fichaje de entrada a las { $at } pertenece al turno { $from }–{ $until }, porque está en la ventana { $opens }–{ $closes }
step-while-running = El fichaje de entrada a las { $at } pertenece al turno { $from }–{ $until }, porque el turno estaba en curso
step-without-shift = El fichaje de entrada a las { $at } no pertenece a ningún turno, porque no está en ninguna ventana
step-closed-session = Entrada a las { $from }, salida a las { $until }: { $duration } h
step-open-session = La sesión desde las { $from } cuenta cuando termina
step-unpaid-break = Pausa no pagada { $from }–{ $until }: −{ $duration } h
step-paid-break = La pausa pagada { $from }–{ $until } cuenta como trabajo
step-automatic-break = Pausa automática tras { $after } h de trabajo: −{ $duration } h
step-in-time = Puntual: la entrada a las { $at } está en el margen de { $minutes } min después de las { $start }
step-late = Retraso: la entrada a las { $at } es posterior al margen de { $minutes } min, así que cuenta todo el tiempo desde las { $start }: { $duration } h
step-missed = Ausencia: ninguna sesión coincide con el turno { $from }–{ $until }
step-still-expected = Todavía se puede acudir al turno { $from }–{ $until }
step-stayed-to-end = Sin salida anticipada: la salida a las { $at } es como mucho { $minutes } min antes de las { $end }
step-left-early = Salida anticipada: la salida a las { $at } es más de { $minutes } min antes de las { $end }: { $duration } h
step-excused = Un responsable justificó el día
step-beyond = { $worked } h trabajadas − { $before } h antes del turno − { $scheduled } h previstas = { $duration } h
step-below-minimum = Menos de { $minutes } min no cuentan como horas extra
step-withheld = { $duration } h cuentan cuando un responsable haya revisado el día
step-lateness-is-free = La configuración no descuenta nada por retrasos
step-deducted-per-minute = Cada minuto de retraso por encima de { $free } min libres al mes se descuenta de las vacaciones: { $minutes } min en esta fecha
step-deducted-per-occurrence = Cada { $every } días con retraso en un mes se descuentan vacaciones: { $minutes } min en esta fecha
step-rules-version = Reglas de pago «{ $rules }», versión del { $effective_from }
step-built-in-rules = Reglas de pago integradas: el trabajo por encima del tiempo previsto son horas extra
step-beyond-day = Trabajo que supera { $after } h del día: { $name }
step-beyond-week = Trabajo que supera { $after } h de la semana: { $name }
step-beyond-period = Trabajo que supera { $after } h del periodo de pago: { $name }
step-paid-segment = { $from }–{ $until }: { $name }, { $duration } h
step-premium-segment = { $from }–{ $until }: { $name } con plus { $premiums }, { $duration } h
step-waiting-segment = { $from }–{ $until }: { $name }, { $duration } h, espera aprobación y aún no se paga
step-rejected-segment = { $from }–{ $until }: { $name }, { $duration } h, se rechazó y no se paga
step-ignored-segment = { $from }–{ $until }: { $duration } h antes del turno no se pagan
step-rounded-up = El redondeo añade { $duration } h
step-rounded-down = El redondeo quita { $duration } h
step-paid-leave = { $name }: { $duration } h pagadas
step-unpaid-leave = { $name }: { $duration } h no pagadas
step-public-holiday = Día festivo: { $duration } h pagadas
name = { $code ->
    [regular] Horas normales
    [overtime] Horas extra
    [annual] Vacaciones
    [sick] Baja por enfermedad
    [time_off] Descanso compensatorio
    [unpaid] Permiso no pagado
   *[other] { $name }
}
