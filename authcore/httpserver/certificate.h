#pragma once

#include <QtCore/QByteArray>

#include <memory>

using SSL_CTX = struct ssl_ctx_st;

namespace httpserver {

//! A throw-away certificate for 127.0.0.1 and localhost with its key, for a TLS server.
//! Certificate and key are never written to disk.
class Certificate
{
public:
    explicit Certificate(const char *commonName);
    ~Certificate();
    Certificate(const Certificate &) = delete;
    Certificate &operator=(const Certificate &) = delete;

    [[nodiscard]] bool isValid() const noexcept { return !m_pem.isEmpty(); }
    [[nodiscard]] SSL_CTX *context() const noexcept { return m_context.get(); }
    [[nodiscard]] QByteArray pem() const { return m_pem; }

private:
    struct ContextFree
    {
        void operator()(SSL_CTX *context) const noexcept;
    };

    std::unique_ptr<SSL_CTX, ContextFree> m_context;
    QByteArray m_pem; //!< empty: OpenSSL failed
};

} // namespace httpserver
