# E-mails and the page on which people unsubscribe from them. `.subject` is the subject of an e-mail, `.body` a sentence or two,
# `.button` the label of its link. English has every message; a message that another language lacks is shown in English.

## Every e-mail

greeting = Hello { $name },
# Stands below a button, before the link.
link-by-hand = If the button doesn't work, open this address:
# Stands at the end of an e-mail about notifications.
reason = You get this e-mail because you chose to be notified by e-mail.
preferences = Change your choice
unsubscribe = Stop these e-mails
open-console = Open Rollcall
instant = { $date }, { $time }

## Notifications

digest =
    .subject = { $count ->
        [one] { $count } notification
       *[other] { $count } notifications
    }
    .body = Your latest notifications:

## Links

invitation =
    .subject = Your account at { $company }
    .body = You have an account for attendance and leave at { $company }. Your username is { $username }. Set a password to sign in.
    .button = Set a password
password-link =
    .subject = Set a new password
    .body = Somebody asked for a new password for your account { $username }.
    .button = Set a new password
email-verification =
    .subject = Confirm your e-mail address
    .body = Confirm that this address belongs to your account { $username } at { $company }.
    .button = Confirm the address
link-expires = The link works once, until { $until }.
not-you = If you don't know what this is about, ignore this e-mail. Nothing changes then.

## The page to unsubscribe

unsubscribe-page =
    .title = Stop e-mails about notifications
    .body = You then find notifications in Rollcall only. E-mails about your password and your address still arrive.
    .button = Stop these e-mails
    .done = You get no more e-mails about notifications. You can choose them again in Rollcall, in your preferences.
    .invalid = This link isn't valid. Open Rollcall and change your preferences there.
