"""What all faces share and no vendor can see: from a credential to a world to a moment, and from facts to bytes."""
