// The part of OpenSSL 3's binary interface that DTLS, certificates and SRTP use. The functions are found at run time: those of
// the running Node first, which carries OpenSSL, else the system's libssl 3. Names of constants are those of the library's
// documentation without their prefix; values are its public ABI.
#pragma once

#include <sys/time.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace mediant::net::openssl {

struct Bio;
struct BioMethod;
struct Certificate;  // X509
struct CertificateName;
struct CertificateStoreContext;
struct Cipher;           // of a suite: SSL_CIPHER
struct CipherAlgorithm;  // EVP_CIPHER
struct CipherContext;
struct Digest;
struct Integer;
struct Key;  // EVP_PKEY
struct KeyDerivation;
struct KeyDerivationContext;
struct Method;
struct Session;
struct Ssl;
struct SslContext;
struct Time;

struct SrtpProfile {
  const char* name;
  unsigned long id;
};

// OSSL_PARAM; a list ends with one that is all zero.
struct Parameter {
  const char* name;
  unsigned type;
  void* data;
  std::size_t length;
  std::size_t returnedLength;
};
enum : unsigned { kParameterText = 4, kParameterBytes = 5 };

enum : int { kErrorNone = 0, kErrorSsl = 1, kErrorWantRead = 2, kErrorWantWrite = 3, kErrorSyscall = 5, kErrorZeroReturn = 6 };
enum : int { kCallbackReadAlert = 0x4004, kCallbackWriteAlert = 0x4008 };
enum : int { kVerifyPeer = 1, kVerifyFailIfNoPeerCertificate = 2 };
enum : int { kControlSetMtu = 17, kControlMode = 33, kControlSetGroupsList = 92, kControlSetMinimumVersion = 123 };
constexpr long kModeReleaseBuffers = 0x10;
enum : int { kControlDtlsGetTimeout = 73, kControlDtlsHandleTimeout = 74 };
enum : int { kBioTypeSourceSink = 0x0400 };
enum : int { kBioFlush = 11, kBioPush = 6, kBioPop = 7, kBioPending = 10, kBioWritePending = 13 };
enum : int { kBioDatagramQueryMtu = 40, kBioDatagramGetMtu = 41, kBioDatagramGetFallbackMtu = 47, kBioDatagramGetMtuOverhead = 49 };
enum : int { kBioFlagsRead = 0x01, kBioFlagsShouldRetry = 0x08 };
enum : int { kControlAeadGetTag = 0x10, kControlAeadSetTag = 0x11 };
enum : int { kDtls12Version = 0xFEFD };
constexpr std::uint64_t kOptionNoQueryMtu = 1ull << 12;
constexpr std::uint64_t kOptionNoTicket = 1ull << 14;
constexpr std::uint64_t kOptionNoRenegotiation = 1ull << 30;
constexpr int kTextAscii = 0x1001;

struct Functions {
  unsigned long (*versionNumber)();

  // libssl
  const Method* (*dtlsMethod)();
  SslContext* (*contextNew)(const Method*);
  void (*contextFree)(SslContext*);
  long (*contextControl)(SslContext*, int command, long number, void* pointer);
  std::uint64_t (*contextSetOptions)(SslContext*, std::uint64_t);
  int (*contextSetCipherList)(SslContext*, const char*);
  void (*contextSetVerify)(SslContext*, int mode, int (*callback)(int, CertificateStoreContext*));
  void (*contextSetCertificateVerify)(SslContext*, int (*callback)(CertificateStoreContext*, void*), void*);
  int (*contextSetSrtpProfiles)(SslContext*, const char*);
  Ssl* (*sslNew)(SslContext*);
  void (*sslFree)(Ssl*);
  int (*useCertificate)(Ssl*, Certificate*);
  int (*useKey)(Ssl*, Key*);
  void (*setBio)(Ssl*, Bio* read, Bio* write);
  Bio* (*getReadBio)(const Ssl*);
  void (*setInfoCallback)(Ssl*, void (*callback)(const Ssl*, int where, int value));
  void (*setConnectState)(Ssl*);
  void (*setAcceptState)(Ssl*);
  int (*setExData)(Ssl*, int index, void*);
  void* (*getExData)(const Ssl*, int index);
  long (*control)(Ssl*, int command, long number, void* pointer);
  void (*setTimerCallback)(Ssl*, unsigned (*callback)(Ssl*, unsigned microseconds));
  int (*doHandshake)(Ssl*);
  int (*isInitFinished)(const Ssl*);
  int (*read)(Ssl*, void*, int);
  int (*write)(Ssl*, const void*, int);
  int (*shutdown)(Ssl*);
  int (*getError)(const Ssl*, int result);
  Certificate* (*getPeerCertificate)(const Ssl*);
  const SrtpProfile* (*getSelectedSrtpProfile)(Ssl*);
  int (*exportKeyingMaterial)(Ssl*, unsigned char* out, std::size_t length, const char* label, std::size_t labelLength,
                              const unsigned char* context, std::size_t contextLength, int useContext);
  const Cipher* (*getCurrentCipher)(const Ssl*);
  const char* (*cipherName)(const Cipher*);
  std::uint16_t (*cipherProtocolId)(const Cipher*);
  Session* (*getSession)(const Ssl*);
  std::size_t (*sessionGetMasterKey)(const Session*, unsigned char* out, std::size_t length);
  std::size_t (*getClientRandom)(const Ssl*, unsigned char* out, std::size_t length);
  std::size_t (*getServerRandom)(const Ssl*, unsigned char* out, std::size_t length);

  // libcrypto: BIO
  BioMethod* (*bioMethodNew)(int type, const char* name);
  int (*bioMethodSetWrite)(BioMethod*, int (*)(Bio*, const char*, int));
  int (*bioMethodSetRead)(BioMethod*, int (*)(Bio*, char*, int));
  int (*bioMethodSetControl)(BioMethod*, long (*)(Bio*, int, long, void*));
  Bio* (*bioNew)(const BioMethod*);
  void (*bioSetData)(Bio*, void*);
  void* (*bioGetData)(Bio*);
  void (*bioSetInit)(Bio*, int);
  void (*bioSetFlags)(Bio*, int);
  void (*bioClearFlags)(Bio*, int);

  // libcrypto: ciphers
  const CipherAlgorithm* (*aes128Gcm)();
  const CipherAlgorithm* (*aes256Gcm)();
  CipherContext* (*cipherContextNew)();
  void (*cipherContextFree)(CipherContext*);
  int (*cipherInit)(CipherContext*, const CipherAlgorithm*, void* engine, const unsigned char* key, const unsigned char* nonce, int isEncrypting);
  int (*cipherControl)(CipherContext*, int command, int number, void* pointer);
  int (*cipherUpdate)(CipherContext*, unsigned char* out, int* written, const unsigned char* in, int length);
  int (*cipherFinal)(CipherContext*, unsigned char* out, int* written);
  KeyDerivation* (*keyDerivationFetch)(void* libraryContext, const char* name, const char* properties);
  void (*keyDerivationFree)(KeyDerivation*);
  KeyDerivationContext* (*keyDerivationContextNew)(KeyDerivation*);
  void (*keyDerivationContextFree)(KeyDerivationContext*);
  int (*keyDerivationDerive)(KeyDerivationContext*, unsigned char* out, std::size_t length, const Parameter*);
  void (*cleanse)(void*, std::size_t length);

  // libcrypto: keys and certificates
  Key* (*generateKey)(void* libraryContext, const char* properties, const char* type, ...);  // EVP_PKEY_Q_keygen
  void (*keyFree)(Key*);
  int (*keyToDer)(const Key*, unsigned char** out);
  Key* (*keyFromDer)(Key**, const unsigned char** in, long length);
  Certificate* (*certificateNew)();
  void (*certificateFree)(Certificate*);
  int (*certificateSetVersion)(Certificate*, long);
  Integer* (*certificateSerial)(Certificate*);
  int (*integerSet)(Integer*, std::uint64_t);
  Time* (*certificateNotBefore)(const Certificate*);
  Time* (*certificateNotAfter)(const Certificate*);
  Time* (*timeSet)(Time*, std::int64_t seconds);
  CertificateName* (*certificateSubject)(const Certificate*);
  int (*nameAddEntry)(CertificateName*, const char* field, int type, const unsigned char* bytes, int length, int location, int set);
  int (*certificateSetIssuer)(Certificate*, const CertificateName*);
  int (*certificateSetKey)(Certificate*, Key*);
  const Digest* (*sha1)();
  const Digest* (*sha256)();
  unsigned char* (*hmac)(const Digest*, const void* key, int keyLength, const unsigned char* data, std::size_t length, unsigned char* code,
                         unsigned* written);
  int (*certificateSign)(Certificate*, Key*, const Digest*);
  int (*certificateToDer)(const Certificate*, unsigned char** out);
  Certificate* (*certificateFromDer)(Certificate**, const unsigned char** in, long length);
  int (*randomBytes)(unsigned char*, int);
  void (*memoryFree)(void*, const char* file, int line);

  // libcrypto: errors of this thread
  unsigned long (*takeError)();
  void (*errorText)(unsigned long error, char* out, std::size_t length);
  void (*clearErrors)();
};

// Null where neither the process nor the system offers every function of OpenSSL 3. Any thread; looked up once.
const Functions* functions();

// The error where functions() is null.
constexpr const char* kMissing = "No OpenSSL 3 was found, neither in this process nor as libssl.so.3";

// The oldest error of this thread as text, and none is left. `fallback` when there was none.
std::string takeErrorText(const char* fallback);

}  // namespace mediant::net::openssl
