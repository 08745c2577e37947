-- Finding documents by a card they contain, by person and by day.

create index document_line_covers on document_line using gist (county_id, int8range(first_serial, last_serial, '[]')) where first_serial is not null;
create index document_by_kind on document (county_id, kind, document_id desc);
