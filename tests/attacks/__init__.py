"""What an attacker would try: hostile records, forged principals, odd requests; and what the logs give away."""
