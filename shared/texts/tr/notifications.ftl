# Bildirimler. Adlara ek getirilmez: cümleler ek gerektirmeyecek biçimde kurulur.

## Tarihler, saatler ve miktarlar

date = { $day } { $month ->
    [1] Oca
    [2] Şub
    [3] Mar
    [4] Nis
    [5] May
    [6] Haz
    [7] Tem
    [8] Ağu
    [9] Eyl
    [10] Eki
    [11] Kas
   *[12] Ara
} { $year } { $weekday ->
    [1] Pzt
    [2] Sal
    [3] Çar
    [4] Per
    [5] Cum
    [6] Cmt
   *[7] Paz
}
on-date = { $date }
from-to = { $first } – { $last }
both-dates = { $first } ve { $second }
hours = { $hours } sa
minutes = { $minutes } dk
seconds = { $seconds } sn
days = { $days } gün
days-exactly = { $days } ({ $exactly })

## Adlar

somebody = Biri
a-colleague = Bir çalışma arkadaşınız
with-a-colleague = bir çalışma arkadaşınız
names-and-more = { $names } ve { $more } kişi daha
name-and-days = { $name } ({ $days })
leave-type = { $type ->
    [annual] yıllık izin
    [sick] hastalık izni
    [unpaid] ücretsiz izin
   *[other] “{ $name }” izni
}
report = { $report ->
    [attendance] “Devam”
    [lateness] “Geç kalmalar”
    [leave] “İzinler”
    [monthly-work] “Aylık çalışma”
    [pay-rules-preview] “Ödeme kuralları önizlemesi”
    [settings-preview] “Ayar önizlemesi”
    [timesheets] “Çalışma çizelgeleri”
    [trends] “Eğilimler”
    [worked-hours] “Çalışılan saatler”
   *[other] “{ $report }”
}
and-more = Ayrıca { $more } tane daha.

## Hesaplar

registrations-pending =
    .title = { $count } kişi kaydoldu
    .body = Hesap istiyorlar: { $names }. Her hesabı etkinleştirin veya devre dışı bırakın.
password-reset =
    .title = Parolanız sıfırlandı
    .body = { $by } size geçici bir parola verdi. Oturum açarken yeni bir parola belirleyin. Bunu beklemiyorsanız bir yöneticiye başvurun.
admin-password-reset =
    .title = { $name } adlı yöneticinin parolası sıfırlandı
    .body = { $by }, { $name } adlı yöneticiye geçici bir parola verdi. Bu beklenmiyorsa hesabı devre dışı bırakın.
pin-reset =
    .title = Kiosk PIN'iniz değiştirildi
    .body = { $by } sizin için yeni bir PIN belirledi. Bunu beklemiyorsanız bir yöneticiye başvurun.
second-factor-reset =
    .title = İkinci doğrulama adımınız kaldırıldı
    .body = { $by } hesabınızın ikinci doğrulama adımını kaldırdı. Bunu beklemiyorsanız bir yöneticiye başvurun.
kiosk-pins-failing =
    .title = { $kiosk } kioskunda çok sayıda yanlış PIN
    .body = { $kiosk } kiosku artık 30 saniyede bir PIN kabul ediyor. Orada birinin PIN tahmin edip etmediğine bakın.
terminal-silent =
    .title = { $terminal } terminali yanıt vermiyor
    .body = { $terminal } terminalinden en son { $time } saatinde haber alındı. Elektriğini ve ağını kontrol edin. Terminal kayıtları saklar ve sonra gönderir.
terminal-clock-ahead =
    .title = { $terminal } saati yanlış
    .body = { $terminal } terminalinin saati { $duration } ileri. Saati ayarlayın: gelecekteki bir zamana ait kayıtlar karar bekler.
terminal-clock-behind =
    .title = { $terminal } saati yanlış
    .body = { $terminal } terminalinin saati { $duration } geri. Saati ayarlayın ve o zamandan beri yapılan kayıtları düzeltin.
webhook-paused =
    .title = { $webhook } webhook'u durduruldu
    .body = { $reason ->
        [gone] Alıcı artık olay istemiyor. Olayları yeniden iletmek için webhook'u etkinleştirin.
       *[failing] Son beş günün tüm iletimleri başarısız oldu. Alıcı yeniden çalıştığında webhook'u etkinleştirin.
    }
holiday-subscription-failed =
    .title = Tatil takvimi okunamıyor
    .body = { $reason ->
        [refused] { $host } takvimi vermiyor. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
        [too_large] { $host } takvimi 512 KiB'den büyük. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
        [not_a_calendar] { $host } yanıtı bir takvim değil. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
        [no_sites] { $host } takviminin bölgesinde iş yeri yok. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
        [too_many_holidays] { $host } takvimiyle bir yılda 200'den fazla tatil olur. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
       *[unreachable] { $host } adresine ulaşılamıyor. Tatiller olduğu gibi kalır. Rollcall her gün yeniden dener. Aboneliğin adresini denetleyin.
    }
registration-pending =
    .title = { $name } kaydoldu
    .body = { $name } bir hesap istiyor. Hesabı etkinleştirin veya devre dışı bırakın.

## Devam durumu

late-arrival =
    .title = { $name } geç geldi
    .body = { $name }, { $date } günü { $duration } geç giriş yaptı.
not-arrived =
    .title = { $name } gelmedi
    .body = { $name }, { $date } tarihli ve başlamış bir vardiya için giriş yapmadı.
people-not-arrived =
    .title = { $count } kişi gelmedi
    .body = Başlamış bir vardiya için giriş yapmayanlar: { $names }.
days-to-review =
    .title = { $days } gün incelemenizi bekliyor
    .body = Tahmini saatler veya işaretlenmiş girişler: { $names }. En eski gün: { $date }.
absent =
    .title = { $name } işe gelmedi
    .body = { $date } günü giriş yok.
left-early =
    .title = { $name } erken çıktı
    .body = { $date } günü mesai bitiminden { $duration } önce çıkış yapıldı.
clock-out-reminder =
    .title = Hâlâ işte misiniz?
    .body = { $date } tarihli vardiyanız saat { $time } itibarıyla bitti ve girişiniz hâlâ açık. Ayrıldıysanız çıkış yapın.
own-auto-clock-out =
    .title = Çıkışınız yapıldı
    .body = { $date } tarihli oturumunuz hâlâ açıktı; bitiş saati { $time } olarak kaydedildi. Yanlışsa düzeltme isteyin.
auto-clock-out =
    .title = { $name } için çıkış yapıldı
    .body = { $name } adlı çalışanın { $date } tarihli oturumu hâlâ açıktı; bitiş saati { $time } olarak kaydedildi.
day-edited =
    .title = Gününüz düzenlendi
    .body = Bir yönetici { $date } tarihli saatlerinizi değiştirdi.
day-excused =
    .title = Gününüz mazeretli sayıldı
    .body = { $date } tarihindeki gecikme veya devamsızlık mazeretli sayıldı.
clock-in-flagged =
    .title = { $reason ->
        [on-leave] { $name } izinliyken giriş yaptı
        [unknown] { $name } adlı kişinin bir girişi inceleme bekliyor
       *[outside-window] { $name } giriş saatleri dışında giriş yaptı
    }
    .body = { $date } günkü giriş inceleme bekliyor. Onaylayın veya reddedin.
clock-in-reviewed =
    .title = { $verdict ->
        [acknowledged] Girişiniz onaylandı
       *[rejected] Girişiniz reddedildi
    }
    .body = { $verdict ->
        [acknowledged] { $date } tarihli işaretlenmiş girişiniz onaylandı. Saatleriniz kayıtlı kalır.
       *[rejected] { $date } tarihli işaretlenmiş girişiniz reddedildi. Saatleriniz kayıtlı kalır.
    }
correction-requested =
    .title = { $name } düzeltme istiyor
    .body = { $date } günü için düzeltme karar bekliyor.
correction-decided =
    .title = { $decision ->
        [approved] Düzeltmeniz onaylandı
       *[rejected] Düzeltmeniz reddedildi
    }
    .body = { $decision ->
        [approved] { $date } günü için düzeltmeniz onaylandı.
       *[rejected] { $date } günü için düzeltmeniz reddedildi.
    }

## Vardiya planları ve takaslar

pattern-changed =
    .title = Vardiya planınız değişti
    .body = Vardiyalarınız { $date } gününden itibaren yeniden planlandı.
day-planned =
    .title = Vardiya planınız değişti
    .body = Bir yönetici { $date } günü için vardiyalarınızı yeniden planladı.
day-plan-removed =
    .title = Vardiya planınız değişti
    .body = { $date } günü yeniden vardiya düzeninize göre planlandı.
swap-requested =
    .title = { $name } sizinle vardiya değişmek istiyor
    .body = { $name }, { $theirs } günündeki vardiyanıza karşılık { $mine } gününü öneriyor.
takeover-requested =
    .title = { $name } bir vardiyayı almanızı istiyor
    .body = { $name }, { $date } günündeki vardiyasını almanızı istiyor.
swap-accepted =
    .title = { $other } takasınızı kabul etti
    .body = { $approval ->
        [needed] { $other } takasınızı kabul ediyor. Bir yöneticinin onayı gerekiyor.
       *[none] { $other } takasınızı kabul ediyor.
    }
swap-to-approve =
    .title = Bir takas onay bekliyor
    .body = { $name } ve { $other } vardiya değişmek istiyor. Karar bekleniyor.
swap-made =
    .title = Takasınız yapıldı
    .body = Siz ve { $partner } vardiya değiştiniz: { $dates }. Vardiya planlarınız değişti.
swap-ended =
    .title = { $ending ->
        [declined] Takasınız kabul edilmedi
        [rejected] Takasınız reddedildi
        [withdrawn] Takasınız geri çekildi
       *[expired] Takasınızın süresi doldu
    }
    .body = { $ending ->
        [declined] { $partner } ile takasınız kabul edilmedi. Vardiya planları olduğu gibi kalır.
        [rejected] { $partner } ile takasınız reddedildi. Vardiya planları olduğu gibi kalır.
        [withdrawn] { $partner } ile takasınız geri çekildi. Vardiya planları olduğu gibi kalır.
       *[expired] { $partner } ile takasınız hakkında zamanında karar verilmedi.
    }

## İzin

leave-adjusted =
    .title = İzin bakiyeniz düzeltildi
    .body = { $cause ->
        [manager] { $year } { $leave }: { $amount }. Bir yönetici değiştirdi.
        [hiring-date] { $year } { $leave }: { $amount }. İstihdam tarihleriniz veya izin hakkınız değişti.
        [recount] { $year } { $leave }: { $amount }. Bir resmî tatil veya vardiya planınız değişti.
        [late-deduction-reversed] { $year } { $leave }: { $amount }. Gecikme kesintisi geri alındı.
        [interrupted] { $year } { $leave }: { $amount }. Yerine başka bir izin geçti.
       *[no-longer-interrupted] { $year } { $leave }: { $amount }. Yerine geçen izin iptal edildi.
    }
leave-requested =
    .title = { $name } izin istiyor
    .body = İzin karar bekliyor: { $dates }.
leave-request-changed =
    .title = { $name } izin talebini değiştirdi
    .body = İzin artık şu tarihte: { $dates }. Karar bekleniyor.
leave-decided =
    .title = { $decision ->
        [approved] İzniniz onaylandı
       *[rejected] İzniniz reddedildi
    }
    .body = { $decision ->
        [approved] İzniniz onaylandı: { $dates }.
       *[rejected] İzniniz reddedildi: { $dates }.
    }
timesheet-submitted =
    .title = { $name } çalışma çizelgesi gönderdi
    .body = { $name } için çalışma çizelgesi onay bekliyor: { $dates }.
timesheet-decided =
    .title = { $decision ->
        [approved] Çalışma çizelgeniz onaylandı
       *[rejected] Çalışma çizelgeniz reddedildi
    }
    .body = { $decision ->
        [approved] Çalışma çizelgeniz onaylandı: { $dates }.
       *[rejected] Çalışma çizelgeniz reddedildi: { $dates }. Notu okuyun, sonra yeniden gönderin.
    }
own-timesheet-voided =
    .title = Çalışma çizelgeniz değişti
    .body = Çalışma çizelgenizdeki değerler değişti ve imzalar geçersiz oldu: { $dates }. Kontrol edip yeniden gönderin.
timesheet-voided =
    .title = { $name } için çalışma çizelgesi değişti
    .body = { $name } için çalışma çizelgesindeki değerler değişti ve imzalar geçersiz oldu: { $dates }.
pay-period-ends =
    .title = Ücret dönemi bitiyor: { $date }
    .body = Sürelerinizi kontrol edin: { $dates }. Dönem bitince çalışma çizelgenizi gönderebilirsiniz.
timesheet-due =
    .title = Çalışma çizelgenizi gönderin
    .body = Çalışma çizelgeniz henüz gönderilmedi: { $dates }.
timesheets-to-approve =
    .title = { $count } çalışma çizelgesi onay bekliyor
    .body = Henüz onaylanmayan çalışma çizelgeleri: { $names }.
pay-approval-needed =
    .title = { $name } için onaylanacak süre var
    .body = { $name } için { $date } günü yalnızca onaydan sonra ödenecek süre var.
pay-approval-decided =
    .title = { $decision ->
        [approved] Süreniz onaylandı
       *[rejected] Süreniz ödenmeyecek
    }
    .body = { $decision ->
        [approved] Onay bekleyen süreniz onaylandı: { $date }.
       *[rejected] Onay bekleyen süreniz reddedildi ve ödenmeyecek: { $date }.
    }
leave-approved =
    .title = { $name } izinli
    .body = { $name } izinli: { $dates }.
own-leave-cancelled =
    .title = İzniniz iptal edildi
    .body = İzniniz iptal edildi veya kısaltıldı: { $dates }.
leave-cancelled =
    .title = { $name } için izin iptal edildi
    .body = { $name } için izin geri çekildi, iptal edildi veya kısaltıldı: { $dates }.
late-deducted =
    .title = Gecikme izninizden düşüldü
    .body = { $date } günündeki gecikme için izninizden { $amount } düşüldü.
leave-expiring =
    .title = İzniniz yakında yanacak
    .body = { $year } { $leave }: { $amount }, { $date } gününe kadar kullanmazsanız yanacak.
own-time-account-above =
    .title = Zaman hesabınız yüksek
    .body = Zaman hesabınızda { $duration } var.
own-time-account-below =
    .title = Zaman hesabınız düşük
    .body = Zaman hesabınız eksi { $duration }.
time-account-above =
    .title = { $name } için zaman hesabı yüksek
    .body = { $name } için zaman hesabında { $duration } var.
time-account-below =
    .title = { $name } için zaman hesabı düşük
    .body = { $name } için zaman hesabı eksi { $duration }.
own-leave-balance-low =
    .title = İzniniz azalıyor
    .body = { $year } { $leave }: { $amount } kaldı.
leave-balance-low =
    .title = { $name } için izin azalıyor
    .body = { $name } için kalan { $year } { $leave }: { $amount }.

## Dışa aktarma

export-ready =
    .title = Dışa aktarmanız hazır
    .body = İstediğiniz { $report } raporu dosya olarak hazır.
export-failed =
    .title = Dışa aktarmanız başarısız oldu
    .body = { $known ->
        [yes] { $report } raporu oluşturulamadı. { $error }
       *[no] İstediğiniz dosya oluşturulamadı. { $error }
    }
# The sentences after "couldn't be made." and "The import stopped." $text is an English sentence of another reason.
job-stopped = { $reason ->
    [rights_changed] İsteğinizden bu yana yetkileriniz değişti.
    [request_gone] İsteğin bir bölümü artık saklanmıyor. Yeniden deneyin.
    [too_long] İzin verilenden uzun sürüyor. Daha az tarih veya her seferinde bir departman seçin.
    [no_timesheets] Bu bordro döneminde kimsenin zaman çizelgesi yok.
    [pay_periods_changed] Şirketin bordro dönemleri değişti. Dönemi yeniden seçin.
    [rules_deleted] Bordro kuralları silindi.
    [unavailable] Bir hizmete birkaç kez ulaşılamadı. Daha sonra yeniden deneyin.
    [stalled] İşlem yarıda kesildi ve devam etmiyor. Yeniden deneyin.
   *[other] { $text }
}

## İçe aktarma

import-finished =
    .title = { $state ->
        [stopped] İçe aktarmanız durdu
       *[finished] İçe aktarmanız bitti
    }
    .body = { $state ->
        [stopped] { $what } içe aktarması durdu. { $error } Aynı tabloyu yeniden içe aktarın.
        [incomplete] { $what } içe aktarması bitti. { $total } kayıttan { $failed } tanesi aktarılamadı. İçe aktarma bunları listeler.
       *[complete] { $what } içe aktarması bitti. { $total } kaydın tümü aktarıldı.
    }
import-kind = { $import ->
    [attendance] Devam
    [leave_balances] İzin bakiyesi
    [roster] Vardiya planı
   *[users] Kişi
}
