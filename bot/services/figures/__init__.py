"""The report, the evidence for a fear, and the audit of a checklist."""
