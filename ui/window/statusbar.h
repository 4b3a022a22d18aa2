#pragma once

#include <QtWidgets/QStatusBar>

namespace authcore {
struct BackendProfile;
}

namespace ui {

class Label;

//! What is always in sight: the backend, whether it allows plain http, and the requests under way.
class StatusBar : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusBar(QWidget *parent = nullptr);

    void showProfile(const authcore::BackendProfile &profile);
    void showTraffic(int onTheWire, int held);

private:
    Label *m_plainHttp;
    Label *m_traffic;
    Label *m_where;
};

} // namespace ui
