"""What a provider author imports: the faces (Protocols), their values, the registry, preflight."""
