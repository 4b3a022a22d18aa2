#pragma once

#include <QtCore/QByteArray>

#include <memory>

using EVP_PKEY = struct evp_pkey_st;
using SSL_CTX = struct ssl_ctx_st;
using X509 = struct x509_st;

namespace httpserver {

//! The certificate of a TLS server with its key. They are never written to disk.
class Certificate
{
public:
    //! A throw-away certificate for 127.0.0.1 and localhost.
    explicit Certificate(const char *commonName);
    //! The certificate and the key in `pem`.
    explicit Certificate(const QByteArray &pem);
    ~Certificate();
    Certificate(const Certificate &) = delete;
    Certificate &operator=(const Certificate &) = delete;

    //! Clients must show a certificate that `authorityPem` has issued. False: that is not one.
    [[nodiscard]] bool requireClients(const QByteArray &authorityPem);
    [[nodiscard]] bool isValid() const noexcept { return !m_pem.isEmpty(); }
    [[nodiscard]] SSL_CTX *context() const noexcept { return m_context.get(); }
    [[nodiscard]] QByteArray pem() const { return m_pem; }

private:
    struct ContextFree
    {
        void operator()(SSL_CTX *context) const noexcept;
    };

    void use(X509 *certificate, EVP_PKEY *key);

    std::unique_ptr<SSL_CTX, ContextFree> m_context;
    QByteArray m_pem; //!< empty: OpenSSL failed
};

} // namespace httpserver
