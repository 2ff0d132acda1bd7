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
MAIL_KINDS = {
    "confirmed": _l("Bekreftelse på at du har plass"),
    "waiting": _l("Beskjed om venteliste"),
    "offered": _l("Tilbud om plass"),
    "promoted": _l("Plass fra ventelisten"),
    "changed": _l("Påmeldingen er endret"),
    "cancelled": _l("Avmelding"),
    "applied": _l("Påmelding mottatt"),
    "declined": _l("Fikk ikke plass"),
    "lapsed": _l("Tilbud som har gått ut"),
    "already": _l("Er alt påmeldt"),
    "link": _l("Lenken på nytt"),
    "reply": _l("Svar fra arrangøren"),  # what it is about is for those who may see needs
    "message": _l("Skrevet til mange"),
    "postponed": _l("Utsatt konferanse"),
    "called-off": _l("Avlyst konferanse"),
    "test": _l("Prøve til deg selv"),
    "retention": _l("Varsel om sletting"),
    "invitation": _l("Invitasjon"),
    "invitation-reminder": _l("Påminnelse om invitasjon"),
    "invitation-link": _l("Lenken til invitasjonen"),
    "invitation-withdrawn": _l("Invitasjon trukket tilbake"),
    "speaker-link": _l("Innleder: lenken til siden"),
    "speaker-reminder": _l("Innleder: påminnelse"),
    "speaker-deadline": _l("Innleder: ny frist"),
    "speaker-change": _l("Innleder: endring i programmet"),
}
MAILING_STATUSES = {
    "draft": _l("Utkast"),
    "scheduled": _l("Planlagt"),
    "sending": _l("Sendes nå"),
    "sent": _l("Sendt"),
}
