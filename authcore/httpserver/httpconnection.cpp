#include "authcore/httpserver/httpconnection.h"

#include "authcore/httpserver/connection.h"
#include "authcore/httpserver/httplibrary.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <string>

namespace httpserver {

namespace {

constexpr std::size_t maxBodySize = std::size_t(1) << 30;
constexpr std::chrono::seconds slowBodyTakes {2};

class Wire final : public LibraryStream
{
public:
    explicit Wire(Connection &connection)
        : m_connection(connection)
    {
    }

    ssize_t read(char *into, size_t size) override { return m_connection.read({into, size}); }
    ssize_t write(const char *bytes, size_t size) override
    {
        return m_connection.write({bytes, size});
    }
    [[nodiscard]] socket_t socket() const override { return m_connection.fd(); }

private:
    [[nodiscard]] bool isOpen() const override { return !m_connection.isDropped(); }

    Connection &m_connection;
};

//! Serves one connection.
class Protocol final : private LibraryServer
{
public:
    Protocol(Connection &connection, Responder &responder);

    //! Reads and answers one request. False: the connection is over.
    [[nodiscard]] bool serveOne();

private:
    void prepare(httplib::Request &request);
    void answerWithBody(httplib::Response &response, const httplib::ContentReader &reader);
    void answerWithoutBody(httplib::Response &response);
    void answer(httplib::Response &response);
    void receive(QByteArrayView bytes);
    void write(const Reply &reply, httplib::Response &response);
    [[nodiscard]] bool writeHalf(const QByteArray &body, httplib::DataSink &sink);
    [[nodiscard]] bool writeDue(const QByteArray &body, size_t offset, httplib::DataSink &sink);

    Connection &m_connection;
    Responder &m_responder;
    Wire m_wire;
    Request m_request;
    QCryptographicHash m_hash {QCryptographicHash::Sha256};
    qsizetype m_keptBodySize = 0;
    std::chrono::steady_clock::time_point m_slowSince; //!< when the first byte was due
    bool m_ends = false; //!< the connection ends after this request
};

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the base has a constructor
Protocol::Protocol(Connection &connection, Responder &responder)
    : m_connection(connection)
    , m_responder(responder)
    , m_wire(connection)
{
    svr_sock_ = connection.fd(); // otherwise the library believes that it is shutting down
    set_keep_alive_max_count(1'000'000);
    set_keep_alive_timeout(3600);
    set_payload_max_length(maxBodySize);
    // From 0.41 on the library closes the connection after each error status, also after a 401.
    editHeaders([this](httplib::Headers &headers) {
        if (!m_ends)
            headers.erase("Connection");
    });
    // prepare() replaces every path by "/".
    const auto withBody = [this](const httplib::Request &, httplib::Response &response,
                              const httplib::ContentReader &reader) {
        answerWithBody(response, reader);
    };
    const auto withoutBody = [this](const httplib::Request &, httplib::Response &response) {
        answerWithoutBody(response);
    };
    Post("/", withBody);
    Put("/", withBody);
    Patch("/", withBody);
    Delete("/", withBody);
    Get("/", withoutBody);
    Options("/", withoutBody);
}

bool Protocol::serveOne()
{
    const auto setup = [this](httplib::Request &request) { prepare(request); };
    return processOne(m_wire, m_ends, setup) && m_connection.flush() && !m_ends;
}

//! Runs when the head has been read. Hides the headers on which the library would act.
void Protocol::prepare(httplib::Request &request)
{
    m_connection.stopRecording();
    // The library decodes %XX in header values, so the head is parsed from the received bytes.
    m_request = parseHead(QByteArrayView(m_connection.consumed()));
    request.path.assign(1, '/'); // g++ 12 gives a false -Wrestrict warning for = "/"
    // The library would parse forms and multipart bodies, decode and encode bodies, and cut ranges.
    for (const auto *name : {"Content-Type", "Content-Encoding", "Accept-Encoding", "Range"})
        request.headers.erase(name);
    request.ranges.clear();
    // Library versions read bodies of different other methods; answerWithoutBody() reads them.
    static const std::set<std::string> withBody {"POST", "PUT", "PATCH", "DELETE"};
    if (!withBody.contains(request.method)) {
        request.headers.erase("Content-Length");
        request.headers.erase("Transfer-Encoding");
    }
    // RFC 9112 section 6.3: no length and no encoding means no body; the library would wait.
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding"))
        request.set_header("Content-Length", "0");
}

void Protocol::answerWithBody(httplib::Response &response, const httplib::ContentReader &reader)
{
    const bool isWhole = reader([this](const char *bytes, size_t size) {
        receive({bytes, qsizetype(size)});
        return true;
    });
    if (isWhole)
        answer(response);
    else
        m_ends = true; // the body is too long, or the client closed the connection
}

void Protocol::answerWithoutBody(httplib::Response &response)
{
    // The library expects no body here; unread bytes would be parsed as the next request.
    auto left = m_request.header("content-length").toLongLong();
    std::array<char, 4096> buffer {};
    while (left > 0) {
        const auto wanted = std::min(left, qint64(buffer.size()));
        const auto count = m_connection.read(std::span(buffer).first(size_t(wanted)));
        if (count <= 0)
            return;
        receive({buffer.data(), count});
        left -= count;
    }
    answer(response);
}

void Protocol::receive(QByteArrayView bytes)
{
    if (m_request.bodySize == 0)
        m_keptBodySize = m_responder.keptBodySize(m_request);
    m_hash.addData(bytes);
    m_request.bodySize += bytes.size();
    if (m_request.bodySize <= m_keptBodySize)
        m_request.body.append(bytes);
    else
        m_request.body.clear();
}

void Protocol::answer(httplib::Response &response)
{
    m_request.bodySha256 = m_hash.result().toHex();
    m_hash.reset();
    write(m_responder.answer(m_request), response);
}

void Protocol::write(const Reply &reply, httplib::Response &response)
{
    response.status = reply.status;
    std::string contentType;
    for (const auto &[name, value] : reply.headers) {
        const auto lower = name.toLower();
        if (lower == "connection" && value.toLower() == "close")
            m_ends = true;
        if (lower == "content-type")
            contentType = value.toStdString();
        else if (lower != "content-length") // the library adds this header itself
            response.headers.emplace(name.toStdString(), value.toStdString());
    }
    const auto body = reply.body;
    switch (reply.delivery) {
    case Delivery::Whole:
        response.body = body.toStdString();
        if (!contentType.empty())
            response.set_header("Content-Type", contentType);
        break;
    case Delivery::HalfBody:
        response.set_content_provider(size_t(body.size()), contentType,
            [this, body](
                size_t, size_t, httplib::DataSink &sink) { return writeHalf(body, sink); });
        break;
    case Delivery::ByteByByte:
        response.set_content_provider(size_t(body.size()), contentType,
            [this, body](size_t offset, size_t, httplib::DataSink &sink) {
                return writeDue(body, offset, sink);
            });
        break;
    case Delivery::Dropped:
        m_connection.drop(); // before the library has written anything
        break;
    }
}

bool Protocol::writeHalf(const QByteArray &body, httplib::DataSink &sink)
{
    if (sink.write(body.constData(), size_t(body.size() / 2)) && m_connection.flush())
        m_connection.drop();
    return false;
}

//! Writes the next byte when it is due, together with all other bytes that are due by then: on a
//! busy machine hundreds of short waits take far longer than requested.
bool Protocol::writeDue(const QByteArray &body, size_t offset, httplib::DataSink &sink)
{
    using std::chrono::nanoseconds;
    using std::chrono::steady_clock;
    if (offset == 0)
        m_slowSince = steady_clock::now();
    const nanoseconds each = nanoseconds(slowBodyTakes) / body.size();
    const auto turn = m_slowSince + each * (qsizetype(offset) + 1) - steady_clock::now();
    if (!m_responder.pause(std::chrono::ceil<std::chrono::microseconds>(turn)))
        return false;
    const auto due = size_t((steady_clock::now() - m_slowSince) / each);
    const auto end = std::clamp(due, offset + 1, size_t(body.size()));
    return sink.write(body.constData() + offset, end - offset) && m_connection.flush();
}

} // namespace

void serveHttp(Connection &connection, Responder &responder)
{
    Protocol protocol(connection, responder);
    while (connection.awaitRequest() && protocol.serveOne()) { }
}

} // namespace httpserver
