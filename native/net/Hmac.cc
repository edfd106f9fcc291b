#include "net/Hmac.h"

#include "net/OpenSsl.h"

namespace mediant::net {

std::size_t hmac(HashFunction hash, const std::uint8_t* key, std::size_t keyLength, const std::uint8_t* data, std::size_t length,
                 std::uint8_t* code) {
  const openssl::Functions* ssl = openssl::functions();
  if (ssl == nullptr) return 0;
  unsigned written = 0;
  const openssl::Digest* digest = hash == HashFunction::Sha1 ? ssl->sha1() : ssl->sha256();
  return ssl->hmac(digest, key, static_cast<int>(keyLength), data, length, code, &written) != nullptr ? written : 0;
}

}  // namespace mediant::net
