"""The test of the replicas: its browser is that of all tests."""
