#pragma once

#include <httplib.h>

#include <cstddef>
#include <functional>
#include <string>

namespace httpserver {

// Library versions have different pure virtual members: with `override` on them, the code would
// compile with some versions only.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winconsistent-missing-override"
#endif
//! A base for streams that compiles with every version of cpp-httplib. Derived classes read and
//! write.
class LibraryStream : public httplib::Stream
{
public:
    [[nodiscard]] bool is_readable() const override { return isOpen(); }
    void get_remote_ip_and_port(std::string &ip, int &port) const override { loopback(ip, port); }
    void get_local_ip_and_port(std::string &ip, int &port) const override { loopback(ip, port); }

    // NOLINTBEGIN(modernize-use-override,readability-convert-member-functions-to-static)
    [[nodiscard]] bool is_writable() const { return isOpen(); } // up to 0.18
    [[nodiscard]] bool wait_readable() const { return isOpen(); } // from 0.19
    [[nodiscard]] bool wait_writable() const { return isOpen(); } // from 0.19
    [[nodiscard]] time_t duration() const { return 0; } // from 0.20
    // NOLINTEND(modernize-use-override,readability-convert-member-functions-to-static)

private:
    [[nodiscard]] virtual bool isOpen() const = 0;
    static void loopback(std::string &ip, int &port)
    {
        ip = "127.0.0.1";
        port = 0;
    }
};
#ifdef __clang__
#pragma clang diagnostic pop
#endif

//! The library's server. Only its code to read a request and to write a reply is used.
class LibraryServer : protected httplib::Server
{
protected:
    //! Reads one request from `stream` and writes the reply to it.
    [[nodiscard]] bool processOne(
        httplib::Stream &stream, bool &ends, const std::function<void(httplib::Request &)> &setup)
    {
        // The function's signature differs between versions; one of the two calls compiles.
        const auto process = [&](auto &self) {
            if constexpr (requires { self.process_request(stream, false, ends, setup); })
                return self.process_request(stream, false, ends, setup);
            else
                return self.process_request(
                    stream, "127.0.0.1", 0, "127.0.0.1", 0, false, ends, setup);
        };
        return process(*this);
    }

    //! Calls `edit` with the headers of each reply. Version 0.11 of the library has no such hook.
    void editHeaders([[maybe_unused]] const std::function<void(httplib::Headers &)> &edit)
    {
        const auto install = [&edit](auto &self) {
            if constexpr (requires { self.set_header_writer({}); })
                self.set_header_writer([edit](httplib::Stream &stream, httplib::Headers &headers) {
                    edit(headers);
                    std::string text;
                    for (const auto &[name, value] : headers)
                        text += name + ": " + value + "\r\n";
                    text += "\r\n";
                    return stream.write(text.data(), text.size());
                });
        };
        install(*this);
    }
};

} // namespace httpserver
