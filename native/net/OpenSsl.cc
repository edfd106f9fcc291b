#include "net/OpenSsl.h"

#include "base/DynamicLibrary.h"

namespace mediant::net::openssl {

namespace {

Functions table;

const Symbol kSsl[] = {
#define MEDIANT_SYMBOL(field, name) {name, reinterpret_cast<void**>(&table.field)}
    MEDIANT_SYMBOL(dtlsMethod, "DTLS_method"),
    MEDIANT_SYMBOL(contextNew, "SSL_CTX_new"),
    MEDIANT_SYMBOL(contextFree, "SSL_CTX_free"),
    MEDIANT_SYMBOL(contextControl, "SSL_CTX_ctrl"),
    MEDIANT_SYMBOL(contextSetOptions, "SSL_CTX_set_options"),
    MEDIANT_SYMBOL(contextSetCipherList, "SSL_CTX_set_cipher_list"),
    MEDIANT_SYMBOL(contextSetVerify, "SSL_CTX_set_verify"),
    MEDIANT_SYMBOL(contextSetCertificateVerify, "SSL_CTX_set_cert_verify_callback"),
    MEDIANT_SYMBOL(contextSetSrtpProfiles, "SSL_CTX_set_tlsext_use_srtp"),
    MEDIANT_SYMBOL(sslNew, "SSL_new"),
    MEDIANT_SYMBOL(sslFree, "SSL_free"),
    MEDIANT_SYMBOL(useCertificate, "SSL_use_certificate"),
    MEDIANT_SYMBOL(useKey, "SSL_use_PrivateKey"),
    MEDIANT_SYMBOL(setBio, "SSL_set_bio"),
    MEDIANT_SYMBOL(getReadBio, "SSL_get_rbio"),
    MEDIANT_SYMBOL(setInfoCallback, "SSL_set_info_callback"),
    MEDIANT_SYMBOL(setConnectState, "SSL_set_connect_state"),
    MEDIANT_SYMBOL(setAcceptState, "SSL_set_accept_state"),
    MEDIANT_SYMBOL(setExData, "SSL_set_ex_data"),
    MEDIANT_SYMBOL(getExData, "SSL_get_ex_data"),
    MEDIANT_SYMBOL(control, "SSL_ctrl"),
    MEDIANT_SYMBOL(setTimerCallback, "DTLS_set_timer_cb"),
    MEDIANT_SYMBOL(doHandshake, "SSL_do_handshake"),
    MEDIANT_SYMBOL(isInitFinished, "SSL_is_init_finished"),
    MEDIANT_SYMBOL(read, "SSL_read"),
    MEDIANT_SYMBOL(write, "SSL_write"),
    MEDIANT_SYMBOL(shutdown, "SSL_shutdown"),
    MEDIANT_SYMBOL(getError, "SSL_get_error"),
    MEDIANT_SYMBOL(getPeerCertificate, "SSL_get1_peer_certificate"),
    MEDIANT_SYMBOL(getSelectedSrtpProfile, "SSL_get_selected_srtp_profile"),
    MEDIANT_SYMBOL(exportKeyingMaterial, "SSL_export_keying_material"),
    MEDIANT_SYMBOL(getCurrentCipher, "SSL_get_current_cipher"),
    MEDIANT_SYMBOL(cipherName, "SSL_CIPHER_standard_name"),
    MEDIANT_SYMBOL(cipherProtocolId, "SSL_CIPHER_get_protocol_id"),
    MEDIANT_SYMBOL(getSession, "SSL_get_session"),
    MEDIANT_SYMBOL(sessionGetMasterKey, "SSL_SESSION_get_master_key"),
    MEDIANT_SYMBOL(getClientRandom, "SSL_get_client_random"),
    MEDIANT_SYMBOL(getServerRandom, "SSL_get_server_random"),
};

const Symbol kCrypto[] = {
    MEDIANT_SYMBOL(versionNumber, "OpenSSL_version_num"),
    MEDIANT_SYMBOL(bioMethodNew, "BIO_meth_new"),
    MEDIANT_SYMBOL(bioMethodSetWrite, "BIO_meth_set_write"),
    MEDIANT_SYMBOL(bioMethodSetRead, "BIO_meth_set_read"),
    MEDIANT_SYMBOL(bioMethodSetControl, "BIO_meth_set_ctrl"),
    MEDIANT_SYMBOL(bioNew, "BIO_new"),
    MEDIANT_SYMBOL(bioSetData, "BIO_set_data"),
    MEDIANT_SYMBOL(bioGetData, "BIO_get_data"),
    MEDIANT_SYMBOL(bioSetInit, "BIO_set_init"),
    MEDIANT_SYMBOL(bioSetFlags, "BIO_set_flags"),
    MEDIANT_SYMBOL(bioClearFlags, "BIO_clear_flags"),
    MEDIANT_SYMBOL(aes128Gcm, "EVP_aes_128_gcm"),
    MEDIANT_SYMBOL(aes256Gcm, "EVP_aes_256_gcm"),
    MEDIANT_SYMBOL(cipherContextNew, "EVP_CIPHER_CTX_new"),
    MEDIANT_SYMBOL(cipherContextFree, "EVP_CIPHER_CTX_free"),
    MEDIANT_SYMBOL(cipherInit, "EVP_CipherInit_ex"),
    MEDIANT_SYMBOL(cipherControl, "EVP_CIPHER_CTX_ctrl"),
    MEDIANT_SYMBOL(cipherUpdate, "EVP_CipherUpdate"),
    MEDIANT_SYMBOL(cipherFinal, "EVP_CipherFinal_ex"),
    MEDIANT_SYMBOL(keyDerivationFetch, "EVP_KDF_fetch"),
    MEDIANT_SYMBOL(keyDerivationFree, "EVP_KDF_free"),
    MEDIANT_SYMBOL(keyDerivationContextNew, "EVP_KDF_CTX_new"),
    MEDIANT_SYMBOL(keyDerivationContextFree, "EVP_KDF_CTX_free"),
    MEDIANT_SYMBOL(keyDerivationDerive, "EVP_KDF_derive"),
    MEDIANT_SYMBOL(cleanse, "OPENSSL_cleanse"),
    MEDIANT_SYMBOL(generateKey, "EVP_PKEY_Q_keygen"),
    MEDIANT_SYMBOL(keyFree, "EVP_PKEY_free"),
    MEDIANT_SYMBOL(keyToDer, "i2d_PrivateKey"),
    MEDIANT_SYMBOL(keyFromDer, "d2i_AutoPrivateKey"),
    MEDIANT_SYMBOL(certificateNew, "X509_new"),
    MEDIANT_SYMBOL(certificateFree, "X509_free"),
    MEDIANT_SYMBOL(certificateSetVersion, "X509_set_version"),
    MEDIANT_SYMBOL(certificateSerial, "X509_get_serialNumber"),
    MEDIANT_SYMBOL(integerSet, "ASN1_INTEGER_set_uint64"),
    MEDIANT_SYMBOL(certificateNotBefore, "X509_getm_notBefore"),
    MEDIANT_SYMBOL(certificateNotAfter, "X509_getm_notAfter"),
    MEDIANT_SYMBOL(timeSet, "ASN1_TIME_set"),
    MEDIANT_SYMBOL(certificateSubject, "X509_get_subject_name"),
    MEDIANT_SYMBOL(nameAddEntry, "X509_NAME_add_entry_by_txt"),
    MEDIANT_SYMBOL(certificateSetIssuer, "X509_set_issuer_name"),
    MEDIANT_SYMBOL(certificateSetKey, "X509_set_pubkey"),
    MEDIANT_SYMBOL(sha1, "EVP_sha1"),
    MEDIANT_SYMBOL(sha256, "EVP_sha256"),
    MEDIANT_SYMBOL(hmac, "HMAC"),
    MEDIANT_SYMBOL(certificateSign, "X509_sign"),
    MEDIANT_SYMBOL(certificateToDer, "i2d_X509"),
    MEDIANT_SYMBOL(certificateFromDer, "d2i_X509"),
    MEDIANT_SYMBOL(randomBytes, "RAND_bytes"),
    MEDIANT_SYMBOL(memoryFree, "CRYPTO_free"),
    MEDIANT_SYMBOL(takeError, "ERR_get_error"),
    MEDIANT_SYMBOL(errorText, "ERR_error_string_n"),
    MEDIANT_SYMBOL(clearErrors, "ERR_clear_error"),
#undef MEDIANT_SYMBOL
};

template <std::size_t N>
constexpr std::size_t countOf(const Symbol (&)[N]) {
  return N;
}

// Forks of OpenSSL that other runtimes carry have some of the names and another ABI.
bool isVersion3() { return table.versionNumber() >> 28 == 3; }

bool load() {
  if (findInProcess(kCrypto, countOf(kCrypto)) && findInProcess(kSsl, countOf(kSsl)) && isVersion3()) return true;
  return openLibrary("libcrypto.so.3", kCrypto, countOf(kCrypto)) && openLibrary("libssl.so.3", kSsl, countOf(kSsl)) && isVersion3();
}

}  // namespace

const Functions* functions() {
  static const bool isLoaded = load();
  return isLoaded ? &table : nullptr;
}

std::string takeErrorText(const char* fallback) {
  const unsigned long error = table.takeError();
  table.clearErrors();
  if (error == 0) return fallback;
  char text[256];
  table.errorText(error, text, sizeof text);
  return text;
}

}  // namespace mediant::net::openssl
