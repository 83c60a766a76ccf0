"""DollarClub: a self-hosted platform that runs trading scripts, alerts and option sessions."""
