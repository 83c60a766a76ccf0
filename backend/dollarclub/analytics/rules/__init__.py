"""Formulas of the analytics: closed trades in, figures out; each stands in `docs/analytics.md` with its units."""
