"""Words of the grammar: what people type, and the one word the rules know it by.

Indonesian first, then chat spelling, light Javanese and common English. A line reads
``known word: spellings``, indented where it goes on. Nothing here belongs to one event; an event's
own words come from its agenda, which goes through the same table, so that "Opening Ceremony" and
"pembukaan" meet.
"""

ASKING = """
apa: anything ap pa opo nopo menapa what whats wat apakah apaan apah
siapa: sapa sopo sinten spa siapakah sp who whos
kapan: kpn kpan kapankah kpankah when whens bilakah bila
dimana: dmn dmna dimna dmana ngendi neng ndi nengndi nangndi where wheres dimanakah
    kemana kmn
mana: ndi endi pundi which
berapa: brp brapa berp brpa piro pinten pira berapakah pirang
bagaimana: gmn gmna gimana gimn bgmn bagaimanakah piye pripun how hows
kah:
kenapa: knp knpa mengapa ngapa kenopo why
ngapain: ngapa2in ngpn ngapaen nyapo
"""

SCHEDULE = """
acara: acra acr event acaranipun
kegiatan: kgtn kgiatan keg activity activities
agenda: agnd agende
jadwal: jdwl jadual skedul schedule jdw jadwl timetable
rundown: rundon rondown randown
susunan: urutan rangkaian
sesi: talk talks session sessions sesie sessi
materi: mtri topik topic tema paparan
program: programme
waktu: wkt wktu time wayah
"""

FACETS = """
mulai: buka open opens mulae start starts starting begin begins dimulai dimulainya memulai milai
selesai: tutup close closes slesai kelar rampung bubar usai end ends ending berakhir finish
    finished beres slse
sampai: s/d s.d s.d. smp smpe sampe sampek until till hingga nyampe tekan
lama: long suwe
durasi: duration
lagi: lg lgi meneh maneh malih
sisa: tersisa sisanya remaining left tinggal
masih: msh msih isih
ruang: ruangan room ruangannya rungan
tempat: tmpt tmpat tpt place panggonan
lokasi: located lks location venue
alamat: address
pembicara: panelis pemandu penceramah pengajar pmbicara speaker speakers pembicra penyaji presenter
pemateri: pmateri
narasumber: narsum narsumber narasumbr nara
mengisi: bawain bawakan ngomong ngomongin memaparkan paparkan menyajikan
    mengajar ngajar ngajarin ngisi diisi isi pengisi pimpin memimpin dipimpin membawakan
    dibawakan menyampaikan bicara mimpin chairing chairs
    berbicara ceramahnya speaks speaking
oleh: by dening
penyelenggara: ngadain ngadakan mengadakan menyelenggarakan penyelenggaranya
    organizer organizers organiser organisers
dresscode: dresskode drescode
baju: bju klambi shirt rasukan
pakaian: pakean pkaian busana seragam kostum outfit attire clothes atribut dandanan wear
pakai: ngagem agem pake pke pk pkai memakai dipakai dipake pakek nganggo mengenakan dikenakan
bawa: bw bawak membawa dibawa gowo nggowo bring bawaan bawaannya
bawa: disiapkan dipersiapkan siapkan siapin persiapkan
perlengkapan: perlengkpan
slide: slides ppt powerpoint pptx slidenya
unduh: download donlod donlot mengunduh diunduh
bahan: handout
file: files dokumen pdf berkas
link: tautan
tentang: ttg tntang about soal mengenai membahas dibahas bahas isinya
"""

MOMENTS = """
sekarang: skrg skrang skr skg saiki sakniki now currently sakmeniki skrng
berikutnya: berikut brikutnya next selanjutnya slanjutnya sljtnya slnjutnya selanjutny
    lanjutannya sabanjure
terdekat: nearest deket2 dekat2
berlangsung: happening held brlangsung berjalan ongoing dilaksanakan diadakan diselenggarakan
    diselenggarain
    digelar
sedang: sdg sdng
pertama: first prtama kesatu pertamanya kepisan
terakhir: trakhir trkhr last terakir pungkasan trakir
semua: smua seluruh keseluruhan kabeh all semuanya sedaya seluruhnya
lengkap: full lengkapnya lngkp komplit complete whole entire
saja: aja sj aj wae ae mawon
nanti: nt nnt nti ntar ntr nter nanty mengko mangke later entar ngko
tadi: td tadinya wau barusan earlier
hari: hr hri day dino dinten hri2
ini: iki ni niki this
itu: kuwi kui niku that iku tsb tersebut
besok: bsk bsok besuk sesuk sesok esok mbesuk benjing tomorrow tmrw tmr tomorow bsk2 sesuke
lusa: lsa emben
kemarin: kmrn kemaren kmarin kemren wingi yesterday kmren
today: hariini
tonight: malamini
semalam: semalem
depan: dpn ngarep
lalu: kepungkur kmrnnya
pagi: pgi esuk enjing morning isuk pagii pg pagipagi
siang: sian awan siyang afternoon noon sianghari sng
sore: sor sorean petang evening sonten
malam: mlm malem mlam mbengi bengi night dalu mlem
subuh: shubuh fajar dini
senin: senen monday mon snin isnin
selasa: slasa tuesday tue seloso slsa
rabu: rebo wednesday wed reboan
kamis: kemis thursday thu kms
jumat: jumaat friday fri jmt jemuah jmat
sabtu: saturday setu sbtu
ahad: sunday akad
minggu: mggu mgg week mingu mnggu
pekan: pkn
bulan: bln month
tahun: thn year
weekend: akhirpekan
tanggal: tgl tggl tgal tanggl date tgln tanggalan
jam: jm pukul pkl pkul jem hour hours jams tabuh oclock
menit: mnt minute minutes minit mins
detik: second
setengah: stengah stgh setngah half stg separo separuh stngah
seperempat: quarter sprempat seprapat
lewat: lwt past lebih luwih
kurang: krg krang kirang
setelah: stlh stelah after sesudah habis abis bis hbs abs sehabis seusai selepas bada bakda
    sawise pasca setlah
sebelum: sblm sblum before seb sebelom sakdurunge sadurunge sebelume
antara: between
sekitar: around kira sekira
tepat: pas persis
dari: dr dri from saka
am:
pm:
at:
wib: wita wit
sejam:
seminggu: sepekan
sehari: seharian
menjelang: jelang
"""

EVENT_WORDS = """
pembukaan: opening dibuka pembuka pmbukaan pembukan pembukaannya
penutupan: closing ditutup penutup pnutupan penutupn
registrasi: registration pendaftaran regis registrasinya checkin regist reg
sarapan: breakfast srapan sarapannya
makan: mkn mangan meal meals dahar santap jamuan makannya maem
makan_siang: lunch maksi lunchnya
makan_malam: dinner makmal
rehat: break snack kudapan snek cemilan jeda cb rehatnya
istirahat: istrahat istirahatnya ngaso istrht leren rest
kopi: coffee cofee coffe ngopi kopine
ishoma: isoma ishomah isomah
misa: kebaktian
salat: sholat shalat solat sembahyang prayer prayers ibadah slat sholatnya
jumatan: jumuah jumahan
zuhur: dzuhur dhuhur luhur duhur lohor dhuhr zhuhur
asar: ashar ngasar
magrib: maghrib mahgrib mgrb
isya: isha isyak ngisak
senam: aerobik aerobic snam senamnya
olahraga: sport sports
upacara: ceremony
apel: apelnya
foto: photo photos poto fotbar
workshop: lokakarya worksop
diskusi: discussion fgd
simulasi: sim simulation simulations
refleksi: reflection
berangkat: keberangkatan
checkout: cekout
pulang: plg kepulangan departure mulih
kedatangan: arrival
kelompok: group groups klmpok klp kel
pleno: plenary
kunjungan: visit visits
komisi: commission
ceramah: lecture
"""

NEUTRAL = """
ada: enek ono wonten ad is are adakah disediakan
yang: yg yng sing ingkang
di: d ing nang in on
ke: menyang to
pada: pd
untuk: utk buat bwt untk kanggo for
dengan: dgn dg dengn sm sama with kaliyan karo bareng
dan: dn lan and serta
atau: ato atw utawa or
kalau: kalo klo kl klau klw nek menawa if misal misalnya
dalam: dlm
saat: ketika sewaktu
per: tiap setiap
ya: iya yo yaa y nggih njih inggih iyo nggeh njeh
sih: si nya
dong: donk dunk
deh: dh
nih: neh
tuh: tu
oh: btw o ooh eh ehm hmm hm nah wah jadi berarti gitu begitu aduh duh
nomor: no nomer
kok: kog
lho: loh lo
kan: toh
the: any some a an of be will does do did it there
terus: trus trs banjur lantas kemudian then lanjut
pak: bapak bapa bpk sir dok ndan bos
bu: ibu mama bunda mam ma'am maam
mas: mase kang
mbak: mba mbk mbakyu
kak: kakak ka
bang: abang bro gan
admin: min atmin bot mimin
rekan: teman kawan teman2 rekan2 bapakibu
saya: sy sya aku ak gue gw gua kula kulo i im me my
kita: kt kta we us our
kami: kmi
anda: kamu km kowe you your panjenengan njenengan
peserta: pesrta participant participants
rombongan: kontingen
tolong: tlg tlong please pls plz plis tulung bantu dibantu bantuin
mohon: mhn nyuwun
minta: mintak
maaf: mengganggu ganggu merepotkan repot berkenan sorry maap mf ngapunten nuwunsewu sori
    hormat
tanya: bertanya nanya menanyakan takon tanglet nanyain ask question
info: informasi infonya kabari kabarin kasih beri beritahu infokan inform
tahu: tau mengetahui ngerti know
lihat: liat melihat ndelok cek check tampilkan tunjukkan show see perlihatkan sebutkan
kirim: kirimkan send share bagikan
mau: pengen ingin pingin hendak want would like
bisa: bs could can iso saged dapat dapatkah bisakah
perlu: prlu need
harus: hrs kudu should must wajib have has
akan: come comes coming go goes bakal bakalan arep badhe mesti going
sudah: udah sdh dah udh wis sampun already
belum: blm blum belom durung dereng yet
tidak: ga gak gk ngga nggak ndak tdk enggak g ora mboten not nggk engga bukan no gak2
boleh: bole may
ikut: ikutan hadiri menghadiri mengikuti diikuti
kumpul: meet gather berkumpul ngumpul ngumpulnya
masuk: msk
ubah: ganti atur matikan nyalakan aktifkan nonaktifkan hentikan
daftar: list
kali: times
judul: judulnya
pilihan: opsi option options
paralel: parallel bersamaan barengan serentak
naik: menaiki numpang
dulu: dlu dl
langsung: lgsg lgsung lsg
lapar: laper haus luwe
tetap: ttp tetep
juga: jg jga
balik: kembali
posisi: progress progres
hadir: datang dateng teko rawuh dtg hdr tiba
jalan: jln mlaku
total: jumlah
jawab: jwb
"""

MANNERS = """
halo: hallo hello hi hai hei hey helo alo hola halow hay
assalamualaikum: assalamu assalamualaykum asalamualaikum ass askum aslm asalamualaikm samlekom
    assalam
waalaikumsalam: walaikumsalam waalaikum
selamat: slamat met slmt sugeng good
permisi: punten kulonuwun permis
salam: wr wb warahmatullahi wabarakatuh shalom syalom swastiastu
test: tes
kabar: kbr
makasih: mksh makasi trims thanks thank thx tq ty suwun nuwun matursuwun nuhun tengkyu thankyou
    tks terimakasih trimakasih maturnuwun tengkiu mksi
terima: trima matur
ok: laksanakan oke okey okay okeh okee sip siap siip baik baiklah noted mantap monggo sipp okok
    mangga sae yoi
bantuan: help tolongan petunjuk panduan
menu: fitur
pengaturan: setting settings setelan preferensi pengaturannya seting
pengingat: ingatkan diingatkan ingetin ingatin reminder reminders notifikasi notif pengingatnya
catatan: notes catatanku
profil: profile profilku
bahasa: language
"""

NUMBERS: dict[str, int] = {
    "nol": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7,
    "delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11,
    "siji": 1, "loro": 2, "telu": 3, "papat": 4, "enem": 6, "pitu": 7, "wolu": 8, "sanga": 9,
    "songo": 9, "sewelas": 11, "rolas": 12, "sedoso": 10, "setunggal": 1, "kalih": 2,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirty": 30, "fifteen": 15, "twenty": 20,
    "tjh": 7, "dlpn": 8, "smbln": 9, "spuluh": 10, "sblas": 11, "dlapan": 8, "ampat": 4,
}  # fmt: skip

ORDINALS: dict[str, int] = {
    "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6, "ketujuh": 7,
    "kedelapan": 8, "kesembilan": 9, "kesepuluh": 10, "second": 2, "third": 3, "fourth": 4,
    "fifth": 5, "sixth": 6, "kaping": 0,
}  # fmt: skip

ROMANS: dict[str, int] = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9}

MONTHS: dict[str, int] = {
    "januari": 1, "january": 1, "jan": 1, "februari": 2, "february": 2, "feb": 2, "pebruari": 2,
    "maret": 3, "march": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5, "juni": 6, "june": 6,
    "jun": 6, "juli": 7, "july": 7, "jul": 7, "agustus": 8, "august": 8, "aug": 8, "agu": 8,
    "agt": 8, "september": 9, "sept": 9, "sep": 9, "oktober": 10, "october": 10, "okt": 10,
    "oct": 10, "november": 11, "nopember": 11, "nov": 11, "nop": 11, "desember": 12,
    "december": 12, "des": 12, "dec": 12,
}  # fmt: skip

WEEKDAYS = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "sabtu": 5, "ahad": 6, "minggu": 6,
}  # fmt: skip

PHRASES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("di", "mana"): ("dimana",),
    ("ke", "mana"): ("dimana",),
    ("pada", "mana"): ("dimana",),
    ("dimana", "mana"): ("dimana",),
    ("ada", "mana"): ("dimana",),
    ("apa", "waktu"): ("jam", "berapa"),
    ("bagaimana", "lama"): ("berapa", "lama"),
    ("bagaimana", "many"): ("berapa",),
    ("kelas", "apa"): ("ruang", "apa"),
    ("kelas", "mana"): ("ruang", "mana"),
    ("gedung", "apa"): ("ruang", "apa"),
    ("gedung", "mana"): ("ruang", "mana"),
    ("aula", "mana"): ("ruang", "mana"),
    ("dress", "code"): ("dresscode",),
    ("kopi", "rehat"): ("rehat",),
    ("rehat", "kopi"): ("rehat",),
    ("istirahat", "kopi"): ("rehat",),
    ("makan", "siang"): ("makan_siang",),
    ("makan", "malam"): ("makan_malam",),
    ("makan", "pagi"): ("sarapan",),
    ("makan", "sore"): ("makan_malam",),
    ("check", "in"): ("registrasi",),
    ("check", "out"): ("checkout",),
    ("cek", "out"): ("checkout",),
    ("daftar", "ulang"): ("registrasi",),
    ("foto", "bersama"): ("foto",),
    ("kelompok", "foto"): ("foto",),
    ("terima", "makasih"): ("makasih",),
    ("terima", "kasih"): ("makasih",),
    ("makasih", "anda"): ("makasih",),
    ("apa", "kabar"): ("kabar",),
    ("nara", "sumber"): ("narasumber",),
    ("hari", "besok"): ("besok",),
    ("besok", "hari"): ("besok",),
    ("saat", "ini"): ("sekarang",),
    ("kali", "ini"): ("sekarang",),
    ("jam", "sekarang"): ("sekarang",),
    ("jam", "segini"): ("sekarang",),
    ("waktu", "segini"): ("sekarang",),
    ("waktu", "ini"): ("sekarang",),
    ("the", "moment"): ("sekarang",),
    ("apa", "wae"): ("apa", "saja"),
    ("maaf", "sebelum"): ("maaf",),
    ("field", "kunjungan"): ("kunjungan", "lapangan"),
    ("tanda", "tangan"): ("penandatanganan",),
    ("salat", "jumat"): ("jumatan",),
    ("bada", "jumat"): ("setelah", "jumatan"),
    ("bakda", "jumat"): ("setelah", "jumatan"),
    ("paling", "dekat"): ("terdekat",),
    ("sebentar", "lagi"): ("terdekat",),
    ("bentar", "lagi"): ("terdekat",),
    ("paling", "deket"): ("terdekat",),
    ("paling", "lambat"): ("sampai",),
    ("paling", "telat"): ("sampai",),
    ("paling", "awal"): ("pertama",),
    ("paling", "pagi"): ("pertama",),
    ("paling", "akhir"): ("terakhir",),
    ("paling", "malam"): ("terakhir",),
    ("go", "home"): ("pulang",),
    ("bar", "ini"): ("setelah", "ini"),
    ("bubar", "ini"): ("setelah", "ini"),
    ("akhir", "pekan"): ("weekend",),
    ("akhir", "minggu"): ("weekend",),
    ("dini", "hari"): ("subuh",),
    ("subuh", "hari"): ("subuh",),
    ("tengah", "malam"): ("midnight",),
    ("tengah", "hari"): ("midday",),
    ("siang", "bolong"): ("siang",),
    ("setelah", "besok"): ("lusa",),
    ("sudah", "jalan"): ("sudah", "berlangsung"),
    ("sedang", "jalan"): ("sedang", "berlangsung"),
    ("lagi", "jalan"): ("sedang", "berlangsung"),
    ("yang", "jalan"): ("yang", "berlangsung"),
    ("berapa", "kelas"): ("berapa", "sesi"),
    ("olah", "raga"): ("olahraga",),
    ("mau", "tanya"): ("tanya",),
    ("kasih", "tahu"): ("info",),
}

SUFFIXES = ("nya", "kah", "lah", "ne", "e", "ny", "pun", "ku", "mu", "nipun")


def _table(*sections: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in "".join(sections).replace("\n    ", " ").split("\n"):
        word, _, spellings = line.partition(":")
        for spelling in (word, *spellings.split()):
            if spelling:
                found.setdefault(spelling.replace("'", ""), word)
    return found


GRAMMAR = _table(ASKING, SCHEDULE, FACETS, MOMENTS, NEUTRAL, MANNERS)
"""Spelling to known word, for all words that belong to the grammar."""
PLACES = _table("kelas: kls\ngedung: gdg building\nlantai: lt floor\naula: aulla\n")
CONCEPTS = _table(EVENT_WORDS)
"""Spelling to known word, for what events are made of: meals, openings, prayers."""
SPELLINGS: dict[str, str] = {**PLACES, **CONCEPTS, **GRAMMAR}
SCHEDULE_NOUNS = frozenset(_table(SCHEDULE).values()) - {"waktu"}
MANNER_WORDS = frozenset(_table(MANNERS).values())
KNOWN_CONCEPTS = frozenset(CONCEPTS.values())
HONORIFICS = frozenset({"pak", "bu", "mas", "mbak", "kak", "bang", "rekan"})
STOPWORDS = frozenset(GRAMMAR.values()) - {"subuh", "test", "jalan", "jawab"}
