"""The project: settings, addresses and security headers. No models, no rules."""
