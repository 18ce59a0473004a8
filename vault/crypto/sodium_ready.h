#pragma once

// Internal to vault/crypto: libsodium must be initialised before its first use, so that it picks
// the implementation for this processor. Every function that can be the first one calls this.
// Functions that take a secret need not: making the secret did.
namespace kluis {

// Initialises libsodium once; aborts when that fails. Threads: any.
void require_sodium();

}  // namespace kluis
