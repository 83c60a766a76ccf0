"""What tests share: real servers, an application, accounts to act as."""
