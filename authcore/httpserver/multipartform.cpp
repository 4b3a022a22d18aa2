#include "authcore/httpserver/multipartform.h"

#include "authcore/httpserver/httplibrary.h"

#include <algorithm>
#include <string>
#include <utility>

namespace httpserver {

namespace {

//! A stream that reads a message from memory and ignores the reply.
class MessageStream final : public LibraryStream
{
public:
    explicit MessageStream(QByteArray message)
        : m_message(std::move(message))
    {
    }

    ssize_t read(char *into, size_t size) override
    {
        const auto count = std::min(qsizetype(size), m_message.size() - m_read);
        std::copy_n(m_message.cbegin() + m_read, count, into);
        m_read += count;
        return count;
    }
    ssize_t write(const char *, size_t size) override { return ssize_t(size); }
    [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

private:
    [[nodiscard]] bool isOpen() const override { return true; }

    QByteArray m_message;
    qsizetype m_read = 0;
};

//! Parses a form with the library, which parses only forms of requests that it reads itself.
class FormReader final : private LibraryServer
{
public:
    FormReader()
    {
        svr_sock_ = 0; // otherwise the library believes that it is shutting down
        Post("/",
            [this](const httplib::Request &, httplib::Response &,
                const httplib::ContentReader &reader) {
                m_isWhole = reader(
                    [this](const auto &part) {
                        m_field = &m_fields[QByteArray::fromStdString(part.name)];
                        m_field->clear();
                        return true;
                    },
                    [this](const char *bytes, size_t size) {
                        m_field->append(bytes, qsizetype(size));
                        return true;
                    });
            });
    }

    [[nodiscard]] std::optional<std::map<QByteArray, QByteArray>> read(QByteArray message)
    {
        MessageStream stream(std::move(message));
        bool ends = false;
        const bool isRead = processOne(stream, ends, [](httplib::Request &) {});
        return isRead && m_isWhole ? std::optional(m_fields) : std::nullopt;
    }

private:
    std::map<QByteArray, QByteArray> m_fields;
    QByteArray *m_field = nullptr; //!< the field that is being read
    bool m_isWhole = false;
};

} // namespace

std::optional<std::map<QByteArray, QByteArray>> multipartFormIn(const Request &request)
{
    const auto type = request.header("content-type");
    // Without this content type the library reports no parts.
    if (!type.toLower().startsWith("multipart/form-data"))
        return {};
    // The library needs a line break at the end; RFC 2046 section 5.1.1 does not.
    auto body = request.body;
    if (!body.endsWith("\r\n"))
        body += "\r\n";
    return FormReader().read("POST / HTTP/1.1\r\nContent-Type: " + type
        + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
}

} // namespace httpserver
