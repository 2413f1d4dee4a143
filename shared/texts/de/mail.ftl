# E-Mails, und die Seite, auf der man sie abbestellt.

## Jede E-Mail

greeting = Hallo { $name },
link-by-hand = Falls die Schaltfläche nicht funktioniert, öffne diese Adresse:
reason = Du bekommst diese E-Mail, weil du Benachrichtigungen per E-Mail gewählt hast.
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
    .body = Deine neuesten Benachrichtigungen:

## Links

invitation =
    .subject = Dein Konto bei { $company }
    .body = Du hast ein Konto für Anwesenheit und Urlaub bei { $company }. Dein Benutzername ist { $username }. Lege ein Passwort fest, um dich anzumelden.
    .button = Passwort festlegen
password-link =
    .subject = Neues Passwort festlegen
    .body = Jemand hat ein neues Passwort für dein Konto { $username } angefordert.
    .button = Neues Passwort festlegen
email-verification =
    .subject = Bestätige deine E-Mail-Adresse
    .body = Bestätige, dass diese Adresse zu deinem Konto { $username } bei { $company } gehört.
    .button = Adresse bestätigen
link-expires = Der Link funktioniert einmal, bis { $until }.
not-you = Falls du nicht weißt, worum es geht, ignoriere diese E-Mail. Dann ändert sich nichts.

## Die Seite zum Abbestellen

unsubscribe-page =
    .title = E-Mails über Benachrichtigungen abbestellen
    .body = Du findest Benachrichtigungen dann nur noch in Rollcall. E-Mails zu deinem Passwort und deiner Adresse kommen weiterhin an.
    .button = Diese E-Mails abbestellen
    .done = Du bekommst keine E-Mails über Benachrichtigungen mehr. In Rollcall kannst du sie in deinen Einstellungen wieder wählen.
    .invalid = Dieser Link ist nicht gültig. Öffne Rollcall und ändere dort deine Einstellungen.
