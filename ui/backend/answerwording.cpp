#include "ui/backend/answerwording.h"

namespace ui {

using demobackend::RefreshAnswer;
using demobackend::ResourceAnswer;

QString AnswerWording::of(RefreshAnswer answer)
{
    switch (answer) {
    case RefreshAnswer::Ok:
        return tr("OK: new tokens");
    case RefreshAnswer::InvalidGrant:
        return tr("400 invalid_grant");
    case RefreshAnswer::Unauthorized:
        return tr("401");
    case RefreshAnswer::Forbidden:
        return tr("403");
    case RefreshAnswer::TooManyRequests:
        return tr("429, Retry-After: 1");
    case RefreshAnswer::ServerError:
        return tr("500");
    case RefreshAnswer::Hang:
        return tr("Hangs");
    case RefreshAnswer::Drop:
        return tr("Drops the connection");
    case RefreshAnswer::DropInBody:
        return tr("Drops it in the body");
    case RefreshAnswer::LoseAnswer:
        return tr("Rotates, loses the answer");
    case RefreshAnswer::Garbage:
        return tr("200 with garbage");
    case RefreshAnswer::SlowBody:
        return tr("OK, byte by byte");
    }
    return {};
}

QString AnswerWording::of(ResourceAnswer answer)
{
    switch (answer) {
    case ResourceAnswer::Ok:
        return tr("OK");
    case ResourceAnswer::Unauthorized:
        return tr("401 to a good token");
    case ResourceAnswer::Forbidden:
        return tr("403");
    case ResourceAnswer::ServerError:
        return tr("500");
    case ResourceAnswer::Slow:
        return tr("OK, slowly");
    case ResourceAnswer::Large:
        return tr("OK, 8 MiB");
    case ResourceAnswer::RedirectElsewhere:
        return tr("Redirect to another origin");
    }
    return {};
}

std::vector<RefreshAnswer> AnswerWording::refreshAnswers()
{
    return {RefreshAnswer::Ok, RefreshAnswer::InvalidGrant, RefreshAnswer::Unauthorized,
        RefreshAnswer::Forbidden, RefreshAnswer::TooManyRequests, RefreshAnswer::ServerError,
        RefreshAnswer::Hang, RefreshAnswer::Drop, RefreshAnswer::DropInBody,
        RefreshAnswer::LoseAnswer, RefreshAnswer::Garbage, RefreshAnswer::SlowBody};
}

std::vector<ResourceAnswer> AnswerWording::resourceAnswers()
{
    return {ResourceAnswer::Ok, ResourceAnswer::Unauthorized, ResourceAnswer::Forbidden,
        ResourceAnswer::ServerError, ResourceAnswer::Slow, ResourceAnswer::Large,
        ResourceAnswer::RedirectElsewhere};
}

} // namespace ui
