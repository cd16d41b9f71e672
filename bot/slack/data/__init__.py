"""What people see of their data as a whole: export, retention, forgetting."""
