"""What the headings and cells of a roster mean, in Indonesian and English."""

import re
import unicodedata

from bot.domain.people import Role

_HEADINGS = {
    "key": "id, kode, kode peserta, key, code",
    "name": "nama, nama lengkap, nama peserta, nama pejabat, name, full name",
    "position": "jabatan, nama jabatan, position, job title, title",
    "agency": "opd, skpd, instansi, perangkat daerah, unit kerja, unit, dinas, asal instansi, "
    "nama opd, agency, organization, organisation, office",
    "echelon": "eselon, eselonering, echelon",
    "group": "kelompok, nama kelompok, grup, regu, group, team",
    "phone": "hp, no hp, nomor hp, telepon, no telepon, nomor telepon, telp, no telp, wa, no wa, "
    "nomor wa, whatsapp, no whatsapp, nomor whatsapp, handphone, no handphone, ponsel, no ponsel, "
    "phone, phone number, phone no, mobile, mobile number",
    "role": "peran, role, sebagai, keterangan peran",
    "aide_of": "ajudan dari, ajudan untuk, ajudan bagi, mendampingi, pejabat yang didampingi, "
    "pendamping dari, aide of, aide to, aide for, assists, principal",
    "bus": "bus, no bus, nomor bus, bis, no bis, nomor bis, kendaraan, bus no, bus number, coach",
    "room": "kamar, no kamar, nomor kamar, kamar hotel, room, room no, room number, bedroom",
    "seat": "kursi, no kursi, nomor kursi, tempat duduk, nomor tempat duduk, meja, no meja, "
    "nomor meja, seat, seat no, seat number, table",
    "coordinator": "koordinator, ketua, coordinator, leader",
}
_FIELD_OF = {
    heading: field for field, headings in _HEADINGS.items() for heading in headings.split(", ")
}
_NUMBERING = {"no", "nomor", "no urut", "nomor urut", "num", ""}
_ROLES = {
    Role.PARTICIPANT: "participant, peserta, attendee",
    Role.ORGANIZER: "organizer, organiser, panitia, penyelenggara, committee, staff",
    Role.AIDE: "aide, ajudan, adc, pendamping, assistant",
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split(", ")}
_LED = {"bus": ("bus", "bis", "coach"), "group": ("kelompok", "grup", "regu", "group", "team")}
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")
_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015']+")
_PHONE_DIGITS = range(8, 16)
"""Digits with country code; E.164 allows at most 15, and no number here has under 8."""


def _plain(text: str) -> str:
    """Lower-case words with single blanks, without punctuation and what stands in brackets."""
    text = re.sub(r"\(.*?\)", " ", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def field_of(heading: str) -> str | None:
    """The field of a column: of ``OPD/Instansi`` the first part that is known."""
    parts = [heading, *heading.split("/")]
    return next((_FIELD_OF[_plain(p)] for p in parts if _plain(p) in _FIELD_OF), None)


def is_numbering(heading: str) -> bool:
    """Whether a column only counts rows or has no heading, so that nobody misses it."""
    return _plain(heading) in _NUMBERING


def role_of(word: str) -> Role | None:
    """The role; an empty cell means a participant."""
    return Role.PARTICIPANT if not word.strip() else _ROLE_OF.get(_plain(word))


def coordinator_of(word: str) -> str | None:
    """Whose presence the person may put down; None for nobody's.

    Raises:
        ValueError: it is none of the known words.
    """
    plain = _plain(word)
    if plain in ("", "tidak", "no", "bukan"):
        return None
    if plain in ("ya", "yes", "x", "v", "1", "✓", "koordinator", "ketua"):
        return "bus,group"
    named = [n for n, words in _LED.items() if any(part in words for part in plain.split())]
    if not named:
        raise ValueError("no such coordinator")
    return ",".join(named)


def is_scientific(phone: str) -> bool:
    """Whether a spreadsheet has turned the number into one like 8.12E+10 and lost its digits."""
    return _SCIENTIFIC.fullmatch(phone.strip().lstrip("+")) is not None


def phone_number(text: str) -> str | None:
    """The number as ``+`` and digits; one without country code is Indonesian.

    Raises:
        ValueError: not one phone number.
    """
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not plain:
        return None
    if re.fullmatch(r"\+?[0-9]+", plain, re.ASCII) is None:
        raise ValueError("not a phone number")
    digits = plain.lstrip("+")
    if plain.startswith("+"):
        number = digits
    elif digits.startswith("00"):
        number = digits[2:]
    elif digits.startswith("62"):
        number = digits
    elif digits.startswith(("0", "8")):
        number = "62" + digits.removeprefix("0")
    else:
        raise ValueError("no country code")
    if number.startswith("620"):  # +62 (0)812 ...
        number = "62" + number[3:]
    if len(number) not in _PHONE_DIGITS or number.startswith("0"):
        raise ValueError("wrong length")
    return f"+{number}"
