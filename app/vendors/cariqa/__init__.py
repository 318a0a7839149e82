"""Cariqa Connect: a user's charging sessions with prices, costs and invoices."""
