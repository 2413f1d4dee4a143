# E-mails, et la page sur laquelle on s'en désabonne.

## Tous les e-mails

greeting = Bonjour { $name },
link-by-hand = Si le bouton ne fonctionne pas, ouvrez cette adresse :
reason = Vous recevez cet e-mail parce que vous avez choisi d'être averti par e-mail.
preferences = Modifier ce choix
unsubscribe = Ne plus recevoir ces e-mails
open-console = Ouvrir Rollcall
instant = { $date }, { $time }

## Notifications

digest =
    .subject = { $count ->
        [one] { $count } notification
       *[other] { $count } notifications
    }
    .body = Vos dernières notifications :

## Liens

invitation =
    .subject = Votre compte chez { $company }
    .body = Vous avez un compte pour les présences et les congés chez { $company }. Votre nom d'utilisateur est { $username }. Choisissez un mot de passe pour vous connecter.
    .button = Choisir un mot de passe
password-link =
    .subject = Choisissez un nouveau mot de passe
    .body = Quelqu'un a demandé un nouveau mot de passe pour votre compte { $username }.
    .button = Choisir un nouveau mot de passe
email-verification =
    .subject = Confirmez votre adresse e-mail
    .body = Confirmez que cette adresse appartient à votre compte { $username } chez { $company }.
    .button = Confirmer l'adresse
link-expires = Le lien fonctionne une fois, jusqu'au { $until }.
not-you = Si vous ne savez pas de quoi il s'agit, ignorez cet e-mail. Rien ne change alors.

## La page de désabonnement

unsubscribe-page =
    .title = Ne plus recevoir d'e-mails de notification
    .body = Vous trouverez alors les notifications dans Rollcall uniquement. Les e-mails concernant votre mot de passe et votre adresse arrivent toujours.
    .button = Ne plus recevoir ces e-mails
    .done = Vous ne recevrez plus d'e-mails de notification. Vous pouvez les choisir à nouveau dans Rollcall, dans vos préférences.
    .invalid = Ce lien n'est pas valable. Ouvrez Rollcall et modifiez-y vos préférences.
