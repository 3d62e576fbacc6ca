"""Scale estimation: sums that case studies import."""
