"""TradingView alerts: strategies and their webhooks, the inbox of signals, and what each signal became."""
