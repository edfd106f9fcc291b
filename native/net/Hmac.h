// HMAC by OpenSSL. https://www.rfc-editor.org/rfc/rfc2104
#pragma once

#include <cstddef>
#include <cstdint>

namespace mediant::net {

enum class HashFunction { Sha1, Sha256 };

constexpr std::size_t kMostHmacBytes = 32;

// Writes the code of `data` to `code`, which has room for kMostHmacBytes, and returns its length: 20 bytes with SHA-1, 32 with
// SHA-256; 0 where OpenSSL is missing or refuses. Any thread.
std::size_t hmac(HashFunction hash, const std::uint8_t* key, std::size_t keyLength, const std::uint8_t* data, std::size_t length,
                 std::uint8_t* code);

}  // namespace mediant::net
