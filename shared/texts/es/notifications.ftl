# Notificaciones.

## Fechas, horas y cantidades

date = { $weekday ->
    [1] lun
    [2] mar
    [3] mié
    [4] jue
    [5] vie
    [6] sáb
   *[7] dom
}, { $day } { $month ->
    [1] ene
    [2] feb
    [3] mar
    [4] abr
    [5] may
    [6] jun
    [7] jul
    [8] ago
    [9] sept
    [10] oct
    [11] nov
   *[12] dic
} { $year }
on-date = el { $date }
from-to = del { $first } al { $last }
both-dates = { $first } y { $second }
hours = { $hours } h
minutes = { $minutes } min
seconds = { $seconds } s
days = { $days ->
    [one] { $days } día
   *[other] { $days } días
}
days-exactly = { $days } ({ $exactly })

## Nombres

somebody = Alguien
a-colleague = Alguien del equipo
with-a-colleague = alguien del equipo
names-and-more = { $names } y { $more } más
name-and-days = { $name } ({ $days })
leave-type = { $type ->
    [annual] vacaciones
    [sick] baja por enfermedad
    [unpaid] permiso no retribuido
   *[other] permiso «{ $name }»
}
report = { $report ->
    [attendance] «Asistencia»
    [lateness] «Retrasos»
    [leave] «Ausencias»
    [monthly-work] «Trabajo mensual»
    [pay-rules-preview] «Vista previa de reglas de pago»
    [settings-preview] «Vista previa de ajustes»
    [timesheets] «Hojas de horas»
    [trends] «Tendencias»
    [worked-hours] «Horas trabajadas»
   *[other] «{ $report }»
}
and-more = Y { $more } más.

## Cuentas

registrations-pending =
    .title = { $count } personas se han registrado
    .body = Solicitan una cuenta: { $names }. Activa o desactiva cada cuenta.
password-reset =
    .title = Se ha restablecido tu contraseña
    .body = { $by } te ha dado una contraseña temporal. Establece una nueva al iniciar sesión. Si no lo esperabas, contacta con la administración.
admin-password-reset =
    .title = Se ha restablecido la contraseña de { $name }
    .body = { $by } ha dado una contraseña temporal a { $name }, de la administración. Si no es lo esperado, desactiva la cuenta.
pin-reset =
    .title = Se ha cambiado tu PIN del quiosco
    .body = { $by } te ha puesto un PIN nuevo. Si no lo esperabas, contacta con la administración.
second-factor-reset =
    .title = Se ha eliminado tu segundo factor
    .body = { $by } ha eliminado el segundo factor de tu cuenta. Si no lo esperabas, contacta con la administración.
kiosk-pins-failing =
    .title = Muchos PIN incorrectos en { $kiosk }
    .body = El quiosco { $kiosk } acepta ahora un PIN cada 30 segundos. Comprueba si alguien intenta adivinar los PIN.
terminal-silent =
    .title = El terminal { $terminal } no responde
    .body = El terminal { $terminal } se comunicó por última vez a las { $time }. Comprueba la corriente y la red. Guarda los fichajes y los envía más tarde.
terminal-clock-ahead =
    .title = El reloj de { $terminal } no va bien
    .body = El reloj del terminal { $terminal } adelanta { $duration }. Ponlo en hora: los fichajes con una hora futura esperan una decisión.
terminal-clock-behind =
    .title = El reloj de { $terminal } no va bien
    .body = El reloj del terminal { $terminal } atrasa { $duration }. Ponlo en hora y corrige los fichajes desde entonces.
webhook-paused =
    .title = El webhook { $webhook } se ha detenido
    .body = { $reason ->
        [gone] El receptor ya no quiere eventos. Activa el webhook para volver a entregar eventos.
       *[failing] Han fallado todas las entregas de los últimos cinco días. Activa el webhook cuando el receptor vuelva a funcionar.
    }
holiday-subscription-failed =
    .title = No se puede leer el calendario de festivos
    .body = { $reason ->
        [refused] { $host } no devuelve el calendario. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
        [too_large] El calendario de { $host } supera los 512 KiB. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
        [not_a_calendar] La respuesta de { $host } no es un calendario. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
        [no_sites] Ningún centro está en la región del calendario de { $host }. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
        [too_many_holidays] Con el calendario de { $host }, un año tendría más de 200 festivos. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
       *[unreachable] No se puede acceder a { $host }. Los festivos se quedan como están. Rollcall lo intenta de nuevo cada día. Comprueba la dirección de la suscripción.
    }
registration-pending =
    .title = { $name } se ha registrado
    .body = { $name } solicita una cuenta. Actívala o desactívala.

## Asistencia

late-arrival =
    .title = { $name } ha llegado tarde
    .body = { $name } fichó la entrada con { $duration } de retraso el { $date }.
not-arrived =
    .title = { $name } no ha llegado
    .body = { $name } no ha fichado la entrada de un turno del { $date } que ya ha empezado.
people-not-arrived =
    .title = { $count } personas no han llegado
    .body = No han fichado la entrada de un turno que ya ha empezado: { $names }.
days-to-review =
    .title = { $days ->
        [one] { $days } día espera tu revisión
       *[other] { $days } días esperan tu revisión
    }
    .body = Horas estimadas o fichajes marcados: { $names }. El día más antiguo es { $date }.
absent =
    .title = { $name } ha faltado
    .body = No hay fichajes el { $date }.
left-early =
    .title = { $name } se ha ido antes de hora
    .body = La salida del { $date } fue { $duration } antes del final del turno.
clock-out-reminder =
    .title = ¿Sigues en el trabajo?
    .body = Tu turno del { $date } terminó a las { $time } y todavía tienes el fichaje abierto. Ficha la salida si ya te has ido.
own-auto-clock-out =
    .title = Se ha fichado tu salida
    .body = Tu sesión del { $date } seguía abierta y termina a las { $time }. Solicita una corrección si no es correcto.
auto-clock-out =
    .title = Se ha fichado la salida de { $name }
    .body = La sesión de { $name } del { $date } seguía abierta y termina a las { $time }.
day-edited =
    .title = Se ha modificado tu jornada
    .body = Un responsable ha cambiado tus horas del { $date }.
day-excused =
    .title = Se ha justificado tu jornada
    .body = El retraso o la ausencia del { $date } queda justificado.
clock-in-flagged =
    .title = { $reason ->
        [on-leave] { $name } ha fichado estando de permiso
        [unknown] Un fichaje de { $name } espera revisión
       *[outside-window] { $name } ha fichado fuera del horario permitido
    }
    .body = El fichaje del { $date } espera revisión. Confírmalo o recházalo.
clock-in-reviewed =
    .title = { $verdict ->
        [acknowledged] Se ha confirmado tu fichaje
       *[rejected] Se ha rechazado tu fichaje
    }
    .body = { $verdict ->
        [acknowledged] Se ha confirmado tu fichaje marcado del { $date }. Tus horas siguen registradas.
       *[rejected] Se ha rechazado tu fichaje marcado del { $date }. Tus horas siguen registradas.
    }
correction-requested =
    .title = { $name } solicita una corrección
    .body = La corrección del { $date } está pendiente de decisión.
correction-decided =
    .title = { $decision ->
        [approved] Se ha aprobado tu corrección
       *[rejected] Se ha rechazado tu corrección
    }
    .body = { $decision ->
        [approved] Se ha aprobado tu corrección del { $date }.
       *[rejected] Se ha rechazado tu corrección del { $date }.
    }

## Cuadrantes e intercambios

pattern-changed =
    .title = Tu cuadrante ha cambiado
    .body = Tus turnos tienen una nueva planificación a partir del { $date }.
day-planned =
    .title = Tu cuadrante ha cambiado
    .body = Un responsable ha cambiado la planificación de tus turnos del { $date }.
day-plan-removed =
    .title = Tu cuadrante ha cambiado
    .body = El { $date } vuelve a seguir tu patrón de turnos.
swap-requested =
    .title = { $name } te propone un intercambio
    .body = { $name } ofrece el { $mine } por tu turno del { $theirs }.
takeover-requested =
    .title = { $name } te pide que asumas un turno
    .body = { $name } te pide que asumas su turno del { $date }.
swap-accepted =
    .title = { $other } ha aceptado tu intercambio
    .body = { $approval ->
        [needed] { $other } está de acuerdo con tu intercambio. Falta la aprobación de un responsable.
       *[none] { $other } está de acuerdo con tu intercambio.
    }
swap-to-approve =
    .title = Un intercambio espera aprobación
    .body = { $name } y { $other } quieren intercambiar turnos. Está pendiente de decisión.
swap-made =
    .title = Tu intercambio se ha realizado
    .body = Has intercambiado turnos con { $partner }: { $dates }. Vuestros cuadrantes han cambiado.
swap-ended =
    .title = { $ending ->
        [declined] Tu intercambio no ha sido aceptado
        [rejected] Tu intercambio ha sido rechazado
        [withdrawn] Tu intercambio ha sido retirado
       *[expired] Tu intercambio ha caducado
    }
    .body = { $ending ->
        [declined] Tu intercambio con { $partner } no ha sido aceptado. Los cuadrantes no cambian.
        [rejected] Tu intercambio con { $partner } ha sido rechazado. Los cuadrantes no cambian.
        [withdrawn] Tu intercambio con { $partner } ha sido retirado. Los cuadrantes no cambian.
       *[expired] Tu intercambio con { $partner } no se decidió a tiempo.
    }

## Permisos y vacaciones

leave-adjusted =
    .title = Se ha ajustado tu saldo de vacaciones y permisos
    .body = { $cause ->
        [manager] { $amount } de { $leave } de { $year }. Lo ha cambiado un responsable.
        [hiring-date] { $amount } de { $leave } de { $year }. Han cambiado tus fechas de empleo o tu asignación.
        [recount] { $amount } de { $leave } de { $year }. Ha cambiado un festivo o tu cuadrante.
        [late-deduction-reversed] { $amount } de { $leave } de { $year }. Se ha anulado un descuento por retraso.
        [interrupted] { $amount } de { $leave } de { $year }. Otro permiso ha ocupado su lugar.
       *[no-longer-interrupted] { $amount } de { $leave } de { $year }. Se ha cancelado el permiso que había ocupado su lugar.
    }
leave-requested =
    .title = { $name } solicita un permiso
    .body = El permiso { $dates } está pendiente de decisión.
leave-request-changed =
    .title = { $name } ha cambiado una solicitud de permiso
    .body = El permiso es ahora { $dates }. Está pendiente de decisión.
leave-decided =
    .title = { $decision ->
        [approved] Se ha aprobado tu permiso
       *[rejected] Se ha rechazado tu permiso
    }
    .body = { $decision ->
        [approved] Se ha aprobado tu permiso { $dates }.
       *[rejected] Se ha rechazado tu permiso { $dates }.
    }
timesheet-submitted =
    .title = { $name } ha enviado una hoja de horas
    .body = La hoja de horas de { $name } { $dates } espera aprobación.
timesheet-decided =
    .title = { $decision ->
        [approved] Se ha aprobado tu hoja de horas
       *[rejected] Se ha rechazado tu hoja de horas
    }
    .body = { $decision ->
        [approved] Se ha aprobado tu hoja de horas { $dates }.
       *[rejected] Se ha rechazado tu hoja de horas { $dates }. Lee la nota y envíala de nuevo.
    }
own-timesheet-voided =
    .title = Tu hoja de horas ha cambiado
    .body = Los valores de tu hoja de horas { $dates } han cambiado y sus firmas ya no valen. Revísala y envíala de nuevo.
timesheet-voided =
    .title = La hoja de horas de { $name } ha cambiado
    .body = Los valores de la hoja de horas de { $name } { $dates } han cambiado y sus firmas ya no valen.
pay-period-ends =
    .title = El período de pago termina el { $date }
    .body = Revisa tus horas { $dates }. Podrás enviar tu hoja de horas cuando termine el período.
timesheet-due =
    .title = Envía tu hoja de horas
    .body = Todavía no has enviado tu hoja de horas { $dates }.
timesheets-to-approve =
    .title = { $count ->
        [one] { $count } hoja de horas espera aprobación
       *[other] { $count } hojas de horas esperan aprobación
    }
    .body = Estas hojas de horas aún no están aprobadas: { $names }.
pay-approval-needed =
    .title = { $name } tiene tiempo por aprobar
    .body = { $name } tiene tiempo del { $date } que solo se paga si se aprueba.
pay-approval-decided =
    .title = { $decision ->
        [approved] Se ha aprobado tu tiempo
       *[rejected] Tu tiempo no se pagará
    }
    .body = { $decision ->
        [approved] Se ha aprobado tu tiempo del { $date } que necesitaba aprobación.
       *[rejected] Se ha rechazado tu tiempo del { $date } que necesitaba aprobación, y no se pagará.
    }
leave-approved =
    .title = { $name } está de permiso
    .body = { $name } está de permiso { $dates }.
own-leave-cancelled =
    .title = Se ha cancelado tu permiso
    .body = Tu permiso { $dates } se ha cancelado o acortado.
leave-cancelled =
    .title = Se ha cancelado un permiso de { $name }
    .body = El permiso de { $name } { $dates } se ha retirado, cancelado o acortado.
late-deducted =
    .title = Un retraso te ha costado vacaciones
    .body = Descuento de vacaciones por el retraso del { $date }: { $amount }.
leave-expiring =
    .title = Tus vacaciones van a caducar
    .body = Disfruta { $amount } de { $leave } de { $year } hasta el { $date }; el saldo que no disfrutes caduca.
own-time-account-above =
    .title = Tu cuenta de horas está alta
    .body = Tienes { $duration } en tu cuenta de horas.
own-time-account-below =
    .title = Tu cuenta de horas está baja
    .body = Tu cuenta de horas está en menos { $duration }.
time-account-above =
    .title = La cuenta de horas de { $name } está alta
    .body = { $name } tiene { $duration } en su cuenta de horas.
time-account-below =
    .title = La cuenta de horas de { $name } está baja
    .body = La cuenta de horas de { $name } está en menos { $duration }.
own-leave-balance-low =
    .title = Te quedan pocas vacaciones
    .body = Saldo restante: { $amount } de { $leave } de { $year }.
leave-balance-low =
    .title = A { $name } le quedan pocas vacaciones
    .body = Saldo restante de { $name }: { $amount } de { $leave } de { $year }.

## Exportaciones

export-ready =
    .title = Tu exportación está lista
    .body = El informe { $report } que pediste ya está disponible como archivo.
export-failed =
    .title = Tu exportación ha fallado
    .body = { $known ->
        [yes] No se pudo generar el informe { $report }. { $error }
       *[no] No se pudo generar el archivo que pediste. { $error }
    }
# The sentences after "couldn't be made." and "The import stopped." $text is an English sentence of another reason.
job-stopped = { $reason ->
    [rights_changed] Tus permisos han cambiado desde que lo pediste.
    [request_gone] Una parte de la solicitud ya no está guardada. Inténtalo de nuevo.
    [too_long] Tarda más de lo permitido. Elige menos fechas o un departamento cada vez.
    [no_timesheets] Nadie tiene una hoja de horas en este periodo de nómina.
    [pay_periods_changed] Los periodos de nómina de la empresa han cambiado. Elige el periodo de nuevo.
    [rules_deleted] Las reglas de nómina se han eliminado.
    [unavailable] No se pudo contactar con un servicio varias veces. Inténtalo de nuevo más tarde.
    [stalled] Se interrumpió y no continúa. Inténtalo de nuevo.
   *[other] { $text }
}

## Importaciones

import-finished =
    .title = { $state ->
        [stopped] Tu importación se ha detenido
       *[finished] Tu importación ha terminado
    }
    .body = { $state ->
        [stopped] La importación de { $what } se ha detenido. { $error } Importa la misma hoja de nuevo.
        [incomplete] La importación de { $what } ha terminado. { $failed } de { $total } entradas no se pudieron importar. La importación las enumera.
       *[complete] La importación de { $what } ha terminado. Las { $total } entradas están importadas.
    }
import-kind = { $import ->
    [attendance] asistencia
    [leave_balances] saldos de vacaciones
    [roster] turnos
   *[users] personas
}
