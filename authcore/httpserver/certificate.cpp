#include "authcore/httpserver/certificate.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdint>

namespace httpserver {

namespace {

template <auto release>
struct Release
{
    template <typename Object>
    void operator()(Object *object) const noexcept
    {
        release(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;
using X509Certificate = std::unique_ptr<X509, Release<X509_free>>;

bool addExtension(X509 *certificate, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setName(X509 *certificate, const char *commonName)
{
    auto *const name = X509_get_subject_name(certificate);
    const auto *const text = reinterpret_cast<const unsigned char *>(commonName);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1
        && X509_set_issuer_name(certificate, name) == 1;
}

bool setSerialNumber(X509 *certificate)
{
    // Some clients reject two certificates with the same name and serial number.
    std::uint32_t number = 0;
    return RAND_bytes(reinterpret_cast<unsigned char *>(&number), sizeof number) == 1
        && ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number) == 1;
}

X509Certificate selfSigned(EVP_PKEY *key, const char *commonName)
{
    using namespace std::chrono;
    constexpr long day = seconds(days(1)).count();
    X509Certificate certificate(X509_new());
    auto *const raw = certificate.get();
    const bool isMade = raw != nullptr && X509_set_version(raw, 2) == 1 && setSerialNumber(raw)
        && X509_gmtime_adj(X509_getm_notBefore(raw), -day) != nullptr
        && X509_gmtime_adj(X509_getm_notAfter(raw), 365 * day) != nullptr
        && X509_set_pubkey(raw, key) == 1 && setName(raw, commonName)
        && addExtension(raw, NID_basic_constraints, "critical,CA:TRUE")
        && addExtension(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost")
        && X509_sign(raw, key, EVP_sha256()) > 0;
    return isMade ? std::move(certificate) : nullptr;
}

QByteArray toPem(X509 *certificate)
{
    const Memory memory(BIO_new(BIO_s_mem()));
    if (!memory || PEM_write_bio_X509(memory.get(), certificate) != 1)
        return {};
    char *text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, qsizetype(size)};
}

X509Certificate certificateFrom(const QByteArray &pem)
{
    const Memory memory(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    return X509Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

Key keyFrom(const QByteArray &pem)
{
    const Memory memory(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    return Key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
}

} // namespace

void Certificate::ContextFree::operator()(SSL_CTX *context) const noexcept
{
    SSL_CTX_free(context);
}

Certificate::Certificate(const char *commonName)
    : m_context(SSL_CTX_new(TLS_server_method()))
{
    const Key key(EVP_EC_gen("P-256"));
    const auto certificate = key ? selfSigned(key.get(), commonName) : nullptr;
    use(certificate.get(), key.get());
}

Certificate::Certificate(const QByteArray &pem)
    : m_context(SSL_CTX_new(TLS_server_method()))
{
    use(certificateFrom(pem).get(), keyFrom(pem).get());
}

Certificate::~Certificate() = default;

void Certificate::use(X509 *certificate, EVP_PKEY *key)
{
    if (m_context && certificate != nullptr && key != nullptr
        && SSL_CTX_use_certificate(m_context.get(), certificate) == 1
        && SSL_CTX_use_PrivateKey(m_context.get(), key) == 1)
        m_pem = toPem(certificate);
}

bool Certificate::requireClients(const QByteArray &authorityPem)
{
    const auto authority = certificateFrom(authorityPem);
    if (!authority || !m_context)
        return false;
    SSL_CTX_set_verify(m_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return X509_STORE_add_cert(SSL_CTX_get_cert_store(m_context.get()), authority.get()) == 1;
}

} // namespace httpserver
