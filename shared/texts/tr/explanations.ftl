# Bir günün rakamlarını açıklayan adımlar. İngilizce metinler koddaki adımların yanındadır.

step-shift = { $minutes } dk ücretsiz molalı vardiya { $from }–{ $until }: { $duration } sa
step-shift-on-leave = Onaylı izin { $from }–{ $until } vardiyasını kapsıyor
step-no-shift = Bu tarihte planlı vardiya yok
step-in-window = { $at } giriş kaydı { $from }–{ $until } vardiyasına aittir, çünkü { $opens }–{ $closes } giriş aralığındadır
step-while-running = { $at } giriş kaydı { $from }–{ $until } vardiyasına aittir, çünkü vardiya sürüyordu
step-without-shift = { $at } giriş kaydı hiçbir vardiyaya ait değildir, çünkü hiçbir giriş aralığında değildir
step-closed-session = Giriş { $from }, çıkış { $until }: { $duration } sa
step-open-session = { $from } itibarıyla süren oturum bitince sayılır
step-unpaid-break = Ücretsiz mola { $from }–{ $until }: −{ $duration } sa
step-paid-break = Ücretli mola { $from }–{ $until } çalışma sayılır
step-automatic-break = { $after } sa çalışmadan sonra otomatik mola: −{ $duration } sa
step-in-time = Zamanında: { $at } girişi { $start } sonrasındaki { $minutes } dk tolerans içindedir
step-late = Geç: { $at } girişi { $minutes } dk toleransı aşıyor, bu yüzden { $start } sonrasındaki tüm süre sayılır: { $duration } sa
step-missed = Kaçırıldı: hiçbir oturum { $from }–{ $until } vardiyasıyla örtüşmüyor
step-still-expected = { $from }–{ $until } vardiyasına hâlâ gelinebilir
step-stayed-to-end = Erken çıkış yok: { $at } çıkışı { $end } saatinden en fazla { $minutes } dk öncedir
step-left-early = Erken çıkış: { $at } çıkışı { $end } saatinden { $minutes } dk'dan fazla öncedir: { $duration } sa
step-excused = Bir yönetici günü mazur gördü
step-beyond = { $worked } sa çalışma − vardiyadan önce { $before } sa − planlı { $scheduled } sa = { $duration } sa
step-below-minimum = { $minutes } dk'dan azı fazla mesai sayılmaz
step-withheld = { $duration } sa, bir yönetici günü inceleyince sayılır
step-lateness-is-free = Ayarlar gecikme için kesinti yapmıyor
step-deducted-per-minute = Ayda { $free } serbest dk'yı aşan her gecikme dakikası yıllık izinden düşülür: bu tarihte { $minutes } dk
step-deducted-per-occurrence = Bir aydaki her { $every }. gecikmeli gün izinden düşülür: bu tarihte { $minutes } dk
step-rules-version = Ücret kuralları “{ $rules }”, { $effective_from } sürümü
step-built-in-rules = Yerleşik ücret kuralları: planlı süreyi aşan çalışma fazla mesaidir
step-beyond-day = Günde { $after } sa üzerindeki çalışma: { $name }
step-beyond-week = Haftada { $after } sa üzerindeki çalışma: { $name }
step-beyond-period = Ödeme döneminde { $after } sa üzerindeki çalışma: { $name }
step-paid-segment = { $from }–{ $until }: { $name }, { $duration } sa
step-premium-segment = { $from }–{ $until }: { $premiums } zamlı { $name }, { $duration } sa
step-waiting-segment = { $from }–{ $until }: { $name }, { $duration } sa, onay bekliyor ve henüz ödenmez
step-rejected-segment = { $from }–{ $until }: { $name }, { $duration } sa, reddedildi ve ödenmez
step-ignored-segment = { $from }–{ $until }: vardiyadan önceki { $duration } sa ödenmez
step-rounded-up = Yuvarlama { $duration } sa ekler
step-rounded-down = Yuvarlama { $duration } sa düşer
step-paid-leave = { $name }, ücretli: { $duration } sa
step-unpaid-leave = { $name }, ücretsiz: { $duration } sa
step-public-holiday = Resmî tatil, ücretli: { $duration } sa
name = { $code ->
    [regular] Normal çalışma
    [overtime] Fazla mesai
    [annual] Yıllık izin
    [sick] Hastalık izni
    [time_off] Serbest zaman
    [unpaid] Ücretsiz izin
   *[other] { $name }
}
