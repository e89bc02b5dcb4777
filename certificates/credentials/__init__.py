"""Digital credentials: Open Badges 3.0, which are W3C Verifiable Credentials 2.0. ``building`` says what is signed,
``proofs`` signs and checks signatures, ``making`` does both for a certificate, ``verifying`` judges a credential that
somebody brings, ``lists`` publishes which ones have ended and ``did`` the keys, ``badges`` draws pictures that hold
one."""
