# E-postalar ve aboneliğin durdurulduğu sayfa. Adlara ek getirilmez.

## Her e-posta

greeting = Merhaba { $name },
link-by-hand = Düğme çalışmazsa bu adresi açın:
reason = Bildirimleri e-postayla almayı seçtiğiniz için bu e-postayı alıyorsunuz.
preferences = Seçimi değiştir
unsubscribe = Bu e-postaları durdur
open-console = Rollcall’u aç
instant = { $date }, { $time }

## Bildirimler

digest =
    .subject = { $count } bildirim
    .body = Son bildirimleriniz:

## Bağlantılar

invitation =
    .subject = Hesabınız: { $company }
    .body = Devam ve izin kayıtları için bir hesabınız var. Şirket: { $company }. Kullanıcı adınız: { $username }. Oturum açmak için bir parola belirleyin.
    .button = Parola belirle
password-link =
    .subject = Yeni bir parola belirleyin
    .body = Biri { $username } hesabınız için yeni bir parola istedi.
    .button = Yeni parola belirle
email-verification =
    .subject = E-posta adresinizi doğrulayın
    .body = Bu adresin { $username } hesabınıza ait olduğunu doğrulayın. Şirket: { $company }.
    .button = Adresi doğrula
link-expires = Bağlantı bir kez çalışır. Son kullanım: { $until }.
not-you = Bunun ne olduğunu bilmiyorsanız bu e-postayı dikkate almayın. O zaman hiçbir şey değişmez.

## Aboneliği durdurma sayfası

unsubscribe-page =
    .title = Bildirim e-postalarını durdur
    .body = Bildirimleri bundan sonra yalnızca Rollcall içinde bulursunuz. Parolanız ve adresinizle ilgili e-postalar gelmeye devam eder.
    .button = Bu e-postaları durdur
    .done = Artık bildirim e-postası almayacaksınız. Rollcall içinde, tercihlerinizde yeniden seçebilirsiniz.
    .invalid = Bu bağlantı geçerli değil. Rollcall’u açıp tercihlerinizi orada değiştirin.
