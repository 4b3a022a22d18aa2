#pragma once

#include <QtCore/QByteArray>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <memory>

namespace test {

//! A certificate authority that no system knows, made for one test.
class PrivateCa
{
public:
    //! A certificate and its key, in PEM form.
    struct Identity
    {
        QByteArray certificate;
        QByteArray key;

        [[nodiscard]] QByteArray both() const { return certificate + key; }
        //! The key, encrypted.
        [[nodiscard]] QByteArray encryptedKey(const QByteArray &password) const
        {
            const Key plain(PEM_read_bio_PrivateKey(
                Memory(BIO_new_mem_buf(key.constData(), int(key.size()))).get(), nullptr, nullptr,
                nullptr));
            const Memory memory(BIO_new(BIO_s_mem()));
            PEM_write_bio_PKCS8PrivateKey(memory.get(), plain.get(), EVP_aes_256_cbc(),
                password.constData(), int(password.size()), nullptr, nullptr);
            return content(memory.get());
        }
    };

    explicit PrivateCa(const char *name = "Test CA")
        : m_key(EVP_EC_gen("P-256"))
        , m_certificate(certified(name, m_key.get(), "critical,CA:TRUE"))
    {
    }

    [[nodiscard]] QByteArray pem() const { return pemOf(m_certificate.get()); }
    //! A new certificate for 127.0.0.1 and for clients.
    [[nodiscard]] Identity issue(const char *name) const
    {
        const Key key(EVP_EC_gen("P-256"));
        const Certificate certificate = certified(name, key.get(), "CA:FALSE");
        const Memory memory(BIO_new(BIO_s_mem()));
        PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        return {pemOf(certificate.get()), content(memory.get())};
    }

private:
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
    using Certificate = std::unique_ptr<X509, Release<X509_free>>;
    using Memory = std::unique_ptr<BIO, Release<BIO_free_all>>;

    [[nodiscard]] static QByteArray content(BIO *memory)
    {
        char *text = nullptr;
        const auto size = BIO_get_mem_data(memory, &text);
        return {text, qsizetype(size)};
    }
    [[nodiscard]] static QByteArray pemOf(X509 *certificate)
    {
        const Memory memory(BIO_new(BIO_s_mem()));
        PEM_write_bio_X509(memory.get(), certificate);
        return content(memory.get());
    }
    static void extend(X509 *certificate, int nid, const char *value)
    {
        X509V3_CTX context;
        X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
        const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
            X509V3_EXT_conf_nid(nullptr, &context, nid, value));
        X509_add_ext(certificate, extension.get(), -1);
    }
    //! Signed by this authority; while there is none yet, by `key` itself.
    [[nodiscard]] Certificate certified(const char *name, EVP_PKEY *key, const char *kind) const
    {
        constexpr long day = std::chrono::seconds(std::chrono::days(1)).count();
        Certificate certificate(X509_new());
        X509 *raw = certificate.get();
        X509_set_version(raw, 2);
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), reinterpret_cast<std::uintptr_t>(raw));
        X509_gmtime_adj(X509_getm_notBefore(raw), -day);
        X509_gmtime_adj(X509_getm_notAfter(raw), 30 * day);
        X509_set_pubkey(raw, key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_ASC,
            reinterpret_cast<const unsigned char *>(name), -1, -1, 0);
        const bool isRoot = !m_certificate;
        X509_set_issuer_name(raw, X509_get_subject_name(isRoot ? raw : m_certificate.get()));
        extend(raw, NID_basic_constraints, kind);
        extend(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
        X509_sign(raw, isRoot ? key : m_key.get(), EVP_sha256());
        return certificate;
    }

    Key m_key;
    Certificate m_certificate;
};

} // namespace test
