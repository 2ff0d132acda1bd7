"""The programme as other systems write and read it: frab XML, c3voc JSON, iCalendar, sheets and pasted text."""
