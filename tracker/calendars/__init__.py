"""The edge out to the world's calendars: weekends and public holidays by country."""
