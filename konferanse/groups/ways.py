"""How the tables of a round are put together: mixed, or with people of one sector or one county at each."""

MIXED, SECTOR, COUNTY = "mixed", "sector", "county"
WAYS = (MIXED, SECTOR, COUNTY)
