# E-Mails, und die Seite, auf der man sie abbestellt.

## Jede E-Mail

greeting = Guten Tag { $name },
link-by-hand = Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse:
reason = Sie erhalten diese E-Mail, weil Sie Benachrichtigungen per E-Mail gewählt haben.
preferences = Auswahl ändern
unsubscribe = Diese E-Mails abbestellen
open-console = Rollcall öffnen
instant = { $date }, { $time }

## Benachrichtigungen

digest =
    .subject = { $count ->
        [one] { $count } Benachrichtigung
       *[other] { $count } Benachrichtigungen
    }
    .body = Ihre neuesten Benachrichtigungen:

## Links

invitation =
    .subject = Ihr Konto bei { $company }
    .body = Sie haben ein Konto für Anwesenheit und Urlaub bei { $company }. Ihr Benutzername ist { $username }. Legen Sie ein Passwort fest, um sich anzumelden.
    .button = Passwort festlegen
password-link =
    .subject = Neues Passwort festlegen
    .body = Jemand hat ein neues Passwort für Ihr Konto { $username } angefordert.
    .button = Neues Passwort festlegen
email-verification =
    .subject = Bestätigen Sie Ihre E-Mail-Adresse
    .body = Bestätigen Sie, dass diese Adresse zu Ihrem Konto { $username } bei { $company } gehört.
    .button = Adresse bestätigen
link-expires = Der Link funktioniert einmal, bis { $until }.
not-you = Falls Sie nicht wissen, worum es geht, ignorieren Sie diese E-Mail. Dann ändert sich nichts.

## Die Seite zum Abbestellen

unsubscribe-page =
    .title = E-Mails über Benachrichtigungen abbestellen
    .body = Sie finden Benachrichtigungen dann nur noch in Rollcall. E-Mails zu Ihrem Passwort und Ihrer Adresse kommen weiterhin an.
    .button = Diese E-Mails abbestellen
    .done = Sie erhalten keine E-Mails über Benachrichtigungen mehr. In Rollcall können Sie E-Mails in Ihren Einstellungen wieder einschalten.
    .invalid = Dieser Link ist nicht gültig. Öffnen Sie Rollcall und ändern Sie dort Ihre Einstellungen.
