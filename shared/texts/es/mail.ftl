# Correos y la página en la que se cancelan.

## Todos los correos

greeting = Hola, { $name }:
link-by-hand = Si el botón no funciona, abre esta dirección:
reason = Recibes este correo porque elegiste recibir notificaciones por correo.
preferences = Cambiar la selección
unsubscribe = No recibir más estos correos
open-console = Abrir Rollcall
instant = { $date }, { $time }

## Notificaciones

digest =
    .subject = { $count ->
        [one] { $count } notificación
       *[other] { $count } notificaciones
    }
    .body = Tus últimas notificaciones:

## Enlaces

invitation =
    .subject = Tu cuenta en { $company }
    .body = Tienes una cuenta de asistencia y vacaciones en { $company }. Tu nombre de usuario es { $username }. Establece una contraseña para iniciar sesión.
    .button = Establecer contraseña
password-link =
    .subject = Establece una contraseña nueva
    .body = Alguien ha pedido una contraseña nueva para tu cuenta { $username }.
    .button = Establecer contraseña nueva
email-verification =
    .subject = Confirma tu dirección de correo
    .body = Confirma que esta dirección pertenece a tu cuenta { $username } en { $company }.
    .button = Confirmar la dirección
link-expires = El enlace funciona una vez, hasta el { $until }.
not-you = Si no sabes de qué se trata, ignora este correo. En ese caso no cambia nada.

## La página para cancelar

unsubscribe-page =
    .title = Cancelar los correos de notificaciones
    .body = Después solo encontrarás las notificaciones en Rollcall. Los correos sobre tu contraseña y tu dirección seguirán llegando.
    .button = No recibir más estos correos
    .done = Ya no recibirás correos de notificaciones. Puedes volver a elegirlos en Rollcall, en tus preferencias.
    .invalid = Este enlace no es válido. Abre Rollcall y cambia allí tus preferencias.
