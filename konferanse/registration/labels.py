"""What the codes on a registration are called on the page."""

from flask_babel import lazy_gettext as _l

TYPES = {
    "rhf": _l("Regionalt helseforetak"),
    "helseforetak": _l("Helseforetak"),
    "nav": _l("NAV"),
    "tiltaksbedrift": _l("Tiltaksbedrift"),
    "ips": _l("IPS (individuell jobbstøtte)"),
    "vernetjeneste": _l("Vernetjeneste"),
    "tillitsvalgt": _l("Tillitsvalgt"),
    "arbeidsgiverorganisasjon": _l("Arbeidsgiverorganisasjon"),
    "annen-helseregion": _l("Annen helseregion"),
    "statlig": _l("Statlig virksomhet"),
    "kommune": _l("Kommune"),
    "bruker": _l("Brukerrepresentant"),
    "annet": _l("Annet"),
}
COUNTIES = {
    "akershus": "Akershus",
    "agder": "Agder",
    "buskerud": "Buskerud",
    "finnmark": "Finnmark",
    "innlandet": "Innlandet",
    "more-og-romsdal": "Møre og Romsdal",
    "nordland": "Nordland",
    "oslo": "Oslo",
    "ostfold": "Østfold",
    "rogaland": "Rogaland",
    "telemark": "Telemark",
    "troms": "Troms",
    "trondelag": "Trøndelag",
    "vestfold": "Vestfold",
    "vestland": "Vestland",
    "annet": _l("Annet eller utenfor Norge"),
}
ATTENDANCE = {"physical": _l("Jeg kommer til stedet"), "digital": _l("Jeg følger digitalt")}
ATTENDANCE_SHORT = {"physical": _l("På stedet"), "digital": _l("Digitalt")}
STATUSES = {
    "confirmed": _l("Påmeldt"),
    "offered": _l("Har fått tilbud"),
    "waiting": _l("Venteliste"),
    "cancelled": _l("Avmeldt"),
}
NEED_STATUSES = {"new": _l("Ny"), "arranged": _l("Ordnet"), "cannot": _l("Kan ikke ordnes")}
NEED_KINDS = {"allergy": _l("Allergi eller matønske"), "access": _l("Behov for tilrettelegging"), "interpreter": _l("Tolk")}
MAIL_STATUSES = {
    "queued": _l("I kø"),
    "sending": _l("Sendes nå"),
    "sent": _l("Sendt"),
    "failed": _l("Kom ikke fram"),
    "bounced": _l("Kom i retur"),
    "held": _l("Holdt tilbake"),
    "draft": _l("Utkast"),
}
MAILING_STATUSES = {
    "draft": _l("Utkast"),
    "scheduled": _l("Planlagt"),
    "sending": _l("Sendes nå"),
    "sent": _l("Sendt"),
}
