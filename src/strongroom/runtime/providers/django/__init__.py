"""Django: database engines whose connections log in with what is valid when they are made."""
