"""What people say about it: credentials, requests, signatures, remarks, publications and withdrawals."""
