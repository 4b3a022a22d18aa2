#pragma once

#include "authcore/demobackend/knobs.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

#include <vector>

namespace ui {

//! Words for the answers that the demo backend can give, for menus and boxes. Pure functions.
struct AnswerWording
{
    Q_DECLARE_TR_FUNCTIONS(ui::AnswerWording)

public:
    [[nodiscard]] static QString of(demobackend::RefreshAnswer answer);
    [[nodiscard]] static QString of(demobackend::ResourceAnswer answer);
    [[nodiscard]] static std::vector<demobackend::RefreshAnswer> refreshAnswers();
    [[nodiscard]] static std::vector<demobackend::ResourceAnswer> resourceAnswers();
};

} // namespace ui
