"""Words that mean something else.

Common words of Indonesian and English that are close to a word of the grammar or tell that
another subject is spoken of. They are never "corrected" into a known word, and each one weighs
against taking a sentence for a question about the schedule.
"""

from bot.domain.language.lexicon import SPELLINGS

_OTHER = """
absen ac action add adzan again ajudan aku akun alam alamnya alarm alat album alone also always
aman amat ambulan ambulans anak anaknya android anggota angin angkat animal anjay anjing anjir
another answer antar antri any apabila apalagi api apple arah arm army art arti artinya artis
asal asam asap asing asli asu atas atasan awak awal away ayah ayam ayo ayuk azan babi babu back
bad badai bag bagai bagaimanapun bagi bagian bagus bahagia bahan bahwa baik baju bakso balas
balik ball band bangga bangku bangsa bangsat bangun banjir bank bantal bantu banyak bapakku bar
bareng baris baru basah batal batalkan batas batasan bath battle batu bau bawah bayar bayi beach
beat beban bebas bed beda beer begini begitu bego bekas bekerja belajar belakang belas beli benar
benda bendera bensin berani beras berat berenang beres berhenti berita bersama bersih bertemu besar
besi best better betul biar biarkan biasa biaya bicara bicarakan big bingung bintang bioskop bird
bisnis black blue boat bodoh body bohong bola book bosan boss botak botol box boy bread brengsek
brother brown buah buang buat bubur budaya build buka bukti buku bulat bule bumi bunga bunuh
bupati buruk burung bus business busuk but butuh buy cabai cabut cake call camp cancel cantik
capai capek car cara card care cari cat cepat cerah cerita ceritakan cewek chair change charger
cheap chef child church cinema cinta city class clean clear climb close cloud club coat coba
cocok cold colokan color cook cool corner cost count country course cover cowok cream cuaca cuci
cukup cuma cup curah curang cut dad dada daerah daging dahi dalam damai dana dance dapur darah
darat dark data daughter daun dead deal dear debat deep dekat demi demo depan derajat desa design
detail dewa diam dibatalkan dimajukan dinas dingin dipakai diri ditunda diundur doa dog dokter
dollar dompet door dosa dosen down dream drink drive drop dry dua duduk duit dukung dulu dunia
eat edge egg ekonomi email emas emosi enak energi energy entah erat es esai eye face fact fail
family farm fast father feel fight film fire fish fix flight floor flower fly fool forecast
forget foto free fresh friend fun gabung gaji game gampang ganteng ganti garam garden gas gaya
gelap gelas gempa gerak get gift gila girl gitar give gizi glad glass go goblok god gojek gol
gold golongan gone goreng grab gratis great green grow gubernur guess gula guna gunung guru guy
hadiah hair hak hal halaman halus hamil hampir hancur handphone hangat hantam hantu hanya happy
harap hard harga hasil hasilnya hate hati health hear heart heat heavy hebat helm hemat her heran
here hewan hidup high hijau hilang him his hitam hitung hobi home hope horse hot hotel house hp
hubungan hubungi hujan hukum hungry hurt husband hutan ibunya ice ide idea ijin ikan iklan iklim
ilmu indah ingat injak inside internet islam istri izin jaga jaket jalan jalanan jancuk jantung
jarak jarang jas jasa jatuh jauh jawa jawaban jelas jelaskan jelek jemput jendela jenis jeput job
joke jual juara judul juga jujur just kabarnya kabur kaca kacau kado kafe kaget kaki kalah kalian
kamar kambing kamera kampret kampung kampus kanan kandang kangen kantor kapal karcis karena kartu
karya kasar kasih kasus kata katanya kawin kaya kebelet kecewa kecil kecuali keep kejadian keju
keliling keluar keluarga kembali kenal kenang kenyang kepala keras keren kereta kering kerja
kesal kesana kesini ketemu ketiduran ketinggalan ketua key kid kill kirain kiri kitchen klub kode
kolam komentar komputer kondisi konser kontak kontrak kopiah koran kosong kota kotor ktp kuat
kucing kue kuliner kulit kunci kuning kupon kurir kurs kursi lady lagu lagunya lain lake lalai
lambat lampu lancar land langit langsung lantai lantang lapar lapor lari larut late latihan laugh
laundry laut law lawan layak layan layar learn leave lebar lebaran leg lega leher lelah lelucon
lemah lembur lengan less letak letih letter lewatkan libur liburan life light line listrik live
logo lokal lomba lose lot loud love low luang luar luas luck lucu lulus lumayan lupa lurus macam
macet mahal mahasiswa mail main mainkan makam make maki makin makna maksud malah malas malu man
mandi manis mantan manusia many map marah market masa masak masakan masalah mata matahari mati
may mc meat medan medicine meja memang membosankan menang menarik mencari mending mengantuk
mengerti mengganggu menginap menteri menunggu menurut menyenangkan menyesal merah merdeka mesin
meski middle milk mimpi minal mind mine minum minuman minyak miskin miss mobil moderator money
moon more mother motor mountain mouth move movie much muda mudah mudik mules mulia mulut mungkin
murah murid music musik musim musuh muter naik nakal nama name namun nanggung nangis nasi nasib
near neck negara negeri new news ngantuk ngomong nice nilai noise nongkrong nonton north nothing
notulen novel number nyaman nyanyi nyasar nyata nyusul obat obrol off office oil ojek olahan old
omong one ongkos open operasi opini orang orangnya order otak other otot out over pacar padahal
padat padi pagar page paham pahit pajak pakaianmu pakde paket paksa paling pamit panas panci
pandai panen panggil pangkat panitia panjang pantai paper parah park parkir party pasang pasar
pasien pasir paspor pass password pasti pasukan patah pay payah payahnya payung peace pedas
pegawai pejabat pelan pelit pemerintah pemilu pen penasaran pendapat pendek penginapan penting
penuh penyakit people perang perasaan percaya percuma pergi periksa perintah perut pesan pesanan
pesawat pesta petani phone pic pick picture piece pikir pilih pindah pinggir pinjam pintar pintu
piring pisah pisang play playlist pohon point police polisi politik poor populer post potong
presensi presiden price problem protokol puas puasa puisi pull pulpen pulsa puluh punya push
pusing put putar putih putri putus queen quick quiet race radio rahasia rain rajin rakyat ramai
rambut rapat rapatnya rapi rasa rasanya rata rawat read ready real red remaja rencana rendah
reschedule reservasi restoran rewel ribet ribu ribut rice rich ride right rindu ring ringan river
road rombak roti rumah rumit run rusak sabar sad safe saham sakit salah salju salon salt same
sampah samping sandal sangat santai sapi saran sarung satpam save sawah say sayang sayur schedul
school sea sebab sebenarnya sebentar sedih sedikit sehat sejak sejarah sejuk sekali sekolah
selain selalu selamanya selesaikan sell seluler semangat sempat sempit sempurna senang sendiri
seni senyum sepak sepatu sepeda seperti sepi serem sering serius sertifikat seru set setan setel
setia setop setuju shoe shop short sialan siapkan siaran sibuk sick side sikap simpan sing
singgah singkat sinyal sister situ situasi size skin sky sleep slow small smell smile smoke snow
so sombong some song soon sopir sound south star stay still stone stop store storm story street
strong suami suara suci sugar suhu suit suka sukses sulit sumber sun sungai surat surya susah
susu sweet swim table tahan take taksi talk tall taman tambah tambahkan tampan tamu tanah tanda
tangan tanpa tari tas taste tawar taxi tayang tea team tebal tega tegang tegas teh tekanan
telanjur telantar telat telepon tell telp telur temperature temu tengah tentara tentu terang
terbang tergantung terjemahkan terlalu terlambat ternyata tersedia terserah tertawa tertinggal
tetap thing think ticket tidur tie tiket timur tinggi tipis tips tired titip toilet toko tol
tolak tolol too top topi touch town toy train tree trip truck true try tua tugas tuhan tukang
tulang tulis tumbuh tunggu turn turun tutup tv uang ugly ular umum umur undang undangan under
undur untung upah usaha use usul utama utara very video virus visit voice wait wajah wakil
walikota walk wall wangi war waras warga warm warna warung wash waste watch water way weak
weather weight wet white wife wifi win wind window wine wish woman wood word work world worry
worse write wrong wudhu yakin yoga young zaman zona
"""

COMMON = frozenset(_OTHER.split()) - SPELLINGS.keys()
