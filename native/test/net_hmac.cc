// Codes of RFC 2202 and RFC 4231. Runs with the OpenSSL of the system, libssl3.
#include "net/Hmac.h"

#include <cstring>
#include <string>

#include "check.h"

using namespace mediant::net;

namespace {

std::string codeOf(HashFunction hash, const std::string& key, const std::string& data) {
  uint8_t code[kMostHmacBytes];
  const auto bytes = [](const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); };
  const size_t length = hmac(hash, bytes(key), key.size(), bytes(data), data.size(), code);
  std::string text;
  for (size_t i = 0; i < length; ++i) {
    char pair[3];
    snprintf(pair, sizeof pair, "%02x", code[i]);
    text += pair;
  }
  return text;
}

}  // namespace

TEST(codes_of_the_specifications) {
  CHECK_EQUAL(codeOf(HashFunction::Sha1, "Jefe", "what do ya want for nothing?"), std::string("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
  CHECK_EQUAL(codeOf(HashFunction::Sha256, "Jefe", "what do ya want for nothing?"),
              std::string("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
}

TEST(a_key_longer_than_a_block_and_no_data) {
  CHECK_EQUAL(codeOf(HashFunction::Sha1, std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              std::string("aa4ae5e15272d00e95705637ce8a3b55ed402112"));
  CHECK_EQUAL(codeOf(HashFunction::Sha1, "", "").size(), size_t{40});
}
